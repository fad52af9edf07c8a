"""Functions → numbers: the shared computational graph, exact and ball arithmetic, and equality."""
