"""Compiled functions as source files that people read and run: Python, C, Julia, MATLAB."""
