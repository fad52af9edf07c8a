"""``python -m jacocalc``."""

from __future__ import annotations

import sys

from jacocalc.cli import main

sys.exit(main())
