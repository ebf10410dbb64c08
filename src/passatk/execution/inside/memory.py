"""Leave the memory that forks will allocate from in a state that makes forking cheap.

A fork copies each page that it writes to, and copying pages is most of what a fork costs. An
allocator that has been in use for a while scatters new objects over the gaps of its old pages and
walks through lists of freed blocks that lie anywhere. Here the gaps are filled for good, so that
what a fork allocates lies together on a few new pages.
"""

from __future__ import annotations

import ctypes
import sys

# CPython's small-object allocator (Objects/obmalloc.c): blocks of one size lie in a pool, whose
# first block follows its header. Elsewhere these numbers cost a little memory and gain nothing.
_POOL_BYTES = 16384 if sys.version_info >= (3, 10) else 4096
_POOL_HEADER_BYTES = 48
_ALIGNMENT, _LARGEST_SMALL = 16, 512
_LARGE_BUT_ON_THE_HEAP = 120_000

_A_NEW_POOL = 4  # this many blocks in a row from the start of a pool: it has no gaps, it is new
_MOST_BLOCKS = 20_000

_filling: list[bytes] = []


def settle() -> None:
    """Fill the gaps of small-object pools, and give back what is free on the C heap.

    A fork has to copy the page tables of all that is there and to take them down again.
    """
    overhead = sys.getsizeof(b"")
    smallest = overhead // _ALIGNMENT * _ALIGNMENT + _ALIGNMENT
    for size in range(smallest, _LARGEST_SMALL + 1, _ALIGNMENT):
        in_a_row, last = 0, 0
        for _ in range(_MOST_BLOCKS):
            block = bytes(size - overhead)
            _filling.append(block)
            if id(block) % _POOL_BYTES == _POOL_HEADER_BYTES:
                in_a_row = 1
            elif in_a_row and id(block) == last + size:
                in_a_row += 1
            else:
                in_a_row = 0
            if in_a_row == _A_NEW_POOL:
                break
            last = id(block)
    bytearray(_LARGE_BUT_ON_THE_HEAP)  # malloc sorts what was freed when it is asked for so much
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):  # glibc's own
        libc.malloc_trim(0)
