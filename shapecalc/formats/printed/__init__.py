"""What torch prints for a module, read as a chain where its classes say in which order they call their layers."""
