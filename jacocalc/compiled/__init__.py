"""Derivations → what runs fast on NumPy arrays."""
