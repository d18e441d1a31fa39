"""Submissions: what a class handed in, from files, forms, folders and notebooks; data that is read and never run."""
