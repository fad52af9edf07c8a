"""Generated cases are the same in every run; HYPOTHESIS_PROFILE=full runs twenty times as many, always new ones."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

settings.register_profile("default", derandomize=True, deadline=None, max_examples=15)
settings.register_profile("full", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job, whose children would not hear Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
