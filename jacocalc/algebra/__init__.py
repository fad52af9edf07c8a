"""Notation ↔ SymPy through a whitelist, tidying on notation, and the conditions under which a formula holds."""
