"""Payments: customers and how they pay, what is captured from them and what goes back."""
