"""Training a net."""
