"""What a question may require of layers and networks, and how that is decided."""
