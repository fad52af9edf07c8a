"""Generated cases are the same in every run; HYPOTHESIS_PROFILE=full runs twenty times as many, always new ones."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("default", derandomize=True, deadline=None, max_examples=15)
settings.register_profile("full", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
