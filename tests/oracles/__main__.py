"""``python -m tests.oracles [COUNT] [SEED] [KIND …]``: so many cases of each kind, and a table of what came out."""

from __future__ import annotations

import sys

from tests.oracles.cases import HEAD, run
from tests.oracles.kinds import KINDS


def main(arguments: list[str]) -> int:
    """Print the table; 1 if anything was wrong."""
    numbers = [int(one) for one in arguments if one.isdigit()]
    count, seed = (*numbers, *(1000, 0)[len(numbers) :])[:2]
    chosen = [one for one in arguments if not one.isdigit()] or list(KINDS)
    if unknown := [one for one in chosen if one not in KINDS]:
        print(f"no kind {unknown[0]}; there are {', '.join(KINDS)}")
        return 2
    print(HEAD)
    wrong = 0
    for kind in chosen:
        tally = run(kind, KINDS[kind], count, seed)
        print(tally.line(), flush=True)
        for label in ("wrong", "undecided", "refused"):
            for line in getattr(tally, label):
                print(f"  {label}: {line}", file=sys.stderr, flush=True)
        wrong += len(tally.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
