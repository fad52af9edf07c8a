"""Matrix level: normal forms, rules of differentials and of pullbacks, the backward pass."""
