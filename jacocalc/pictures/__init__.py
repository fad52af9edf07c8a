"""Derivation → a picture: the local linear map, level curves, the computational graph, gradients by depth.

Two halves that meet in frozen data.  *Scenes* (``mapping``, ``slopes``, ``network``, ``flow``) are points,
lines and words, found with NumPy and tested as geometry; the *drawing* of a scene (``draw_…``, ``canvas``) is all that
Matplotlib does, which is imported there only and when something is drawn.  Values come from compiled kernels, the
Jacobians in a picture from the steps of the derivation.  The same scene gives the same bytes.
"""
