"""Broken on purpose: one rule, sign, transpose or order flipped at a time, and the tests that have to notice."""
