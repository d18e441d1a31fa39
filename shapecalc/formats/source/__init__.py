"""Python source that defines networks, read with ``ast`` and followed over values of our own; none of it is run."""
