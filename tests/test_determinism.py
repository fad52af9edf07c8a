"""A share of the texts has the same bytes in a strange environment as here."""

from __future__ import annotations

import pytest

from tests.determinism import ENVIRONMENTS, digests, elsewhere
from tests.shares import FULL

EVERY = 1 if FULL else 53


@pytest.mark.parametrize(
    "environment", ENVIRONMENTS if FULL else ENVIRONMENTS[2:3], ids=lambda one: one["PYTHONHASHSEED"]
)
def test_the_same_bytes_in_every_environment(environment: dict[str, str]) -> None:
    here = digests(EVERY)
    assert len(here) > 10
    assert elsewhere(EVERY, environment) == here
