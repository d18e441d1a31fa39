"""How a layer computes, output by output: what it reads of its padded input, and with which numbers of its kernel."""
