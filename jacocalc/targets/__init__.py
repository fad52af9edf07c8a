"""Programs → runnable code: both passes in NumPy, JAX, PyTorch, Julia, MATLAB, and as equations in LaTeX."""
