"""What the functions, methods and modules of torch do to shapes, one short rule each."""
