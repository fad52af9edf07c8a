"""Question → Derivation.  Each result is reached by two independent roads before it is shown."""
