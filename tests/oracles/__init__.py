"""Independent roads to every answer: generated questions, solved by jacocalc and by others, and compared.

    python -m tests.oracles [COUNT] [SEED] [KIND …]

A question is drawn as formula trees of our own here: a tree knows its text as a student types it and its value in
mpmath, SymPy, NumPy, PyTorch and JAX, so that nothing of jacocalc (its reader, its tape, its rules) is part of the
oracle.  The wanted derivatives are differences of values to 50 digits; other roads (the complex step, SymPy's ``diff``
of the composed expression, PyTorch's and JAX's gradients) are taken in turn and must agree with them as well.
"""
