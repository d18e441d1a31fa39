"""What ``str(net)`` is."""

from shapecalc.formats import spec_of

__all__ = ["spec_of"]
