"""The search for cyclic garbage, off while one big thing is built."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """An audit or an import makes millions of objects and no cycles: looking for these takes a fifth of its time and
    finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
