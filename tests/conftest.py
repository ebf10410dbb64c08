"""What holds for every test."""

from __future__ import annotations

import signal

# A suite that was started in the background may have been told to ignore the keyboard's interrupt,
# and its commands would inherit that: those that tests interrupt would never end.
signal.signal(signal.SIGINT, signal.default_int_handler)
