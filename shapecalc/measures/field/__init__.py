"""Receptive fields: which inputs each output sees."""
