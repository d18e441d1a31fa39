"""The graph of a net: what is drawn of it, where it stands, and the picture."""
