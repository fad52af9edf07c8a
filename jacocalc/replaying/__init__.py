"""Replay: a derivation verified from its JSON alone, without the rules that made it.

A derivation as data comes in, a Report goes out.  Values are computed in ball arithmetic from the functions that the
question states, derivatives are differences of such values, products are multiplied out anew; every mathematical field
of every step is compared with what the step says of itself.  Nothing here imports a rule of differentiation.
"""
