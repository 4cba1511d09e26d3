"""Values that should come once each, counted on disk: memory does not grow with their number."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import TracebackType

import numpy as np
import polars as pl

PARTS = 64
_BITS = np.uint64(58)


class Repeats:
    """Rows whose value came before. Two values are taken for one where 64 bits of them agree: among 100 million
    different ones that happens to one pair in 3,000 books."""

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> Repeats:
        self._folder = TemporaryDirectory(prefix="fairoffer-")
        self._files = [(Path(self._folder.name) / str(part)).open("w+b") for part in range(PARTS)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()
        self._folder.cleanup()

    def add(self, values: pl.Series) -> None:
        """Take note of the values of some rows; those that are not stated repeat nothing."""
        marks = values.drop_nulls().hash(1).to_numpy()
        marks = marks[np.argsort(marks >> _BITS, kind="stable")]
        cuts = np.searchsorted(marks >> _BITS, np.arange(1, PARTS, dtype=np.uint64))
        with self._lock:
            for file, own in zip(self._files, np.split(marks, cuts), strict=True):
                file.write(own.tobytes())

    def count(self) -> int:
        """How many rows hold a value that another row before them holds."""
        found = 0
        for file in self._files:
            file.seek(0)
            marks = np.frombuffer(file.read(), dtype=np.uint64)
            found += len(marks) - len(np.unique(marks))
        return found
