"""Samples to train on: data sets, each with its parts, and how they are read, normalised and put into batches."""
