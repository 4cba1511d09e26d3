"""A whole book, audited by one process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fairoffer.audit.bind import Bound
from fairoffer.audit.booked import Booked
from fairoffer.book.row_file import RowFile
from fairoffer.book.run import Opened, Progress, open_book, run
from fairoffer.book.summary import booked
from fairoffer.compare.market import Shelf
from fairoffer.model.inputs import Inputs
from fairoffer.source import digest_of


def whole_book(
    inputs: Inputs, shelf: Shelf, rules: Sequence[Bound], progress: Progress | None = None, rows: RowFile | None = None
) -> Booked:
    """The book that the inputs map, every row of it. Raises as ``open_book`` and ``run`` do."""
    book = open_book(inputs, shelf, rules)
    with ThreadPoolExecutor(1) as pool:
        files = pool.submit(files_of, book, Path(inputs.directory))
        passed = run(book, progress=progress, row_file=rows)
        return booked(book, shelf, rules, passed.merged, passed.repeats, files.result())


def files_of(book: Opened, directory: Path) -> tuple[dict[str, Any], ...]:
    """The files of the source as the result's inputs have them."""
    named = book.mapped.source.files or ""
    return tuple(
        {
            "path": str(path) if Path(named).is_absolute() else shown(path, directory),
            "kind": "customers",
            "sha256": digest_of(path),
            "size": path.stat().st_size,
        }
        for path in book.source.files
    )


def shown(path: Path, directory: Path) -> str:
    """A path relative to the audit directory, wherever that is named from."""
    return Path(os.path.relpath(path, directory)).as_posix()
