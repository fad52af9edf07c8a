"""python -m tests.fuzz [COUNT] [SEED]"""

from __future__ import annotations

import resource
import sys

from tests.fuzz.attack import attack
from tests.fuzz.commands import attack_commands
from tests.fuzz.doors import DOORS, REPLAY

_COMMANDS = 50
_REPLAYS = 400


def main() -> int:
    """Run and report; 1 where something broke through or was slow to be refused."""
    given = [int(word) for word in sys.argv[1:3]]
    count, seed = (*given, *(200_000, 1)[len(given) :])
    wrong = 0
    whole = sum(door.weight for door in DOORS)
    shares = [(door, count * door.weight // whole) for door in DOORS]
    for door, share in (*shares, (REPLAY, count // _REPLAYS)):
        found = attack(door, share, seed)
        wrong += len(found.broken) + len(found.slow)
        print(*found.lines(), sep="\n", flush=True)
    ran = attack_commands(count // _COMMANDS, seed)
    wrong += len(ran.broken)
    print(*ran.lines(), sep="\n")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:,.0f} MB in all")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
