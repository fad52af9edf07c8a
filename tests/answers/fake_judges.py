"""Judges for tests of grading: what they say is known at once, and some answers are hostile."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from jacocalc.answers.row_judges import Known
from jacocalc.verdicts import CORRECT, UNREADABLE, WRONG, EntryVerdict, Verdict, Wanted

LOG = "GRADING_TEST_LOG"
_kept: list[Any] = []


def quick(known: Known, text: str, wanted: Wanted) -> Verdict:
    """right is right, everything else wrong; each call is one line of the file that the environment names."""
    del known, wanted
    if path := os.environ.get(LOG):
        with Path(path).open("a") as file:
            file.write(f"{os.getpid()} {text}\n")
    match text.strip():
        case "right":
            return Verdict(CORRECT, "proved", "", 2.0, 2.0, (EntryVerdict("1", CORRECT), EntryVerdict("2", CORRECT)))
        case "unreadable":
            return Verdict(UNREADABLE, message="expected an expression")
        case other:
            entries = (EntryVerdict("1", CORRECT), EntryVerdict("2", WRONG, mistakes=("sign",), message="the sign"))
            return Verdict(WRONG, "witness", "", 1.0, 2.0, entries, ("sign",), f"wrong: {other}")


def hostile(known: Known, text: str, wanted: Wanted) -> Verdict:
    """As ``quick``, but some answers are endless, too large, kept in memory, deadly, or ask a child to be endless."""
    match text.strip():
        case "kept":
            _kept.append(np.zeros(600 << 20, np.uint8))
            return quick(known, "right", wanted)
        case "endless":
            while True:
                time.sleep(0.01)
        case "large":
            return quick(known, str(len(bytearray(10**10))), wanted)
        case "deadly":
            os.abort()
        case "raises":
            raise ValueError("a fault")
        case "print":
            print("this is no answer")
            return quick(known, "right", wanted)
        case "orphan":
            if os.fork() == 0:
                Path(f"{os.environ[LOG]}.orphan").write_text(str(os.getpid()))
                time.sleep(60)
                os._exit(0)
            time.sleep(60)
    return quick(known, text, wanted)


def slow(known: Known, text: str, wanted: Wanted) -> Verdict:
    """As ``quick``, a twentieth of a second later."""
    time.sleep(0.05)
    return quick(known, text, wanted)
