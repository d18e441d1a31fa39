"""What the nets of the zoo are, beside their published counts."""
