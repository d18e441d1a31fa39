"""The largest inputs that the bounds let in, of each kind that is known to be costly, and what they take."""
