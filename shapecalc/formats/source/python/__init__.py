"""What Python's own functions, values and library do, one short rule each."""
