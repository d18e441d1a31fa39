"""Nets as torch modules."""
