"""Changes that may mend a net which a layer refuses: to its layers, its arguments and its input."""
