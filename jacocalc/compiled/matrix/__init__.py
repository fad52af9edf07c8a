"""Matrix-level programs compiled to NumPy: one graph of both passes, buffers allocated once."""
