"""The gradebook: what a class answered, marked."""
