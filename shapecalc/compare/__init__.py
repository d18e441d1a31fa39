"""What other tools count, and what other frameworks would do."""
