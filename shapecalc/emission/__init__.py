"""Source code of a net, for torch and for Keras, as a person writes it; it needs nothing of this package."""

from shapecalc.emission.emission import emit as emit
