"""What a layer is: arguments, formulas, conditions, and how it moves axes."""
