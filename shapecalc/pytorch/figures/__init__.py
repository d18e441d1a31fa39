"""Figures: of a training, of a batch, and of what a net does with an image."""
