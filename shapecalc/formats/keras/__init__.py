"""Chains of Keras layers, read as the torch layers that compute the same."""
