"""A torch module as a net: what its forward computes, recorded while it runs without numbers."""
