"""Generated cases are the same in every run; HYPOTHESIS_PROFILE=full runs twenty times as many, always new ones."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("default", derandomize=True, deadline=None)
settings.register_profile("full", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
