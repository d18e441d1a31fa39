"""Which single layers turn one size into another."""
