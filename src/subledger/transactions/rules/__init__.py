"""What is decided about transactions, as pure functions and values: items, allocation, journal lines, explanations."""
