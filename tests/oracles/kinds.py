"""Every kind of question, by name, and who draws a case of it."""

from __future__ import annotations

from tests.oracles import chains, compiled, implicit, points, programs, second, verdicts, volumes
from tests.oracles.cases import Maker

KINDS: dict[str, Maker] = {
    **chains.KINDS, **second.KINDS, **implicit.KINDS, **volumes.KINDS, **points.KINDS, **programs.KINDS,
    **compiled.KINDS, **verdicts.KINDS,
}  # fmt: skip
