"""Networks as YAML or JSON files."""
