"""Generated cases are the same in every run; HYPOTHESIS_PROFILE=full runs twenty times as many, always new ones."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("default", derandomize=True, deadline=None, max_examples=15)
settings.register_profile("full", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_HEAVY = ("compiled", "targets", "test_kinks.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What loads PyTorch or JAX comes last: a process that holds them takes three times as long to fork."""
    items.sort(key=lambda item: any(part in _HEAVY for part in item.path.parts))
