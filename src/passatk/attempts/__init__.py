"""Attempts from the files that users bring along, and results out again.

``read`` gives what is to be judged, ``read_results`` what was judged elsewhere, ``write`` the
judged attempts in a public format; ``formats`` names what can be read.
"""

from passatk.attempts.extract import Extract, assemble
from passatk.attempts.reading import read, read_results
from passatk.attempts.registry import formats
from passatk.attempts.writing import WRITERS, write

__all__ = ["WRITERS", "Extract", "assemble", "formats", "read", "read_results", "write"]
