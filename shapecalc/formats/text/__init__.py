"""Text that a person types: layers, shapes, expressions and amounts, read by one bounded grammar."""
