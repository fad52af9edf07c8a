"""Judging answers: what is right, what is wrong, and what went wrong."""
