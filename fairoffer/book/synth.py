"""A synthetic book: any number of believable customers, with a penalty for staying that is known exactly.

Rows are made in portions and written as they are made, so memory does not grow with their number.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from fairoffer.book.synth_catalog import catalog_text
from fairoffer.book.synth_market import Plan
from fairoffer.book.synth_planted import Planted
from fairoffer.book.synth_rows import SCHEMA, numbers, table
from fairoffer.errors import OutputError, UsageError

BOOK, CATALOG, PLANTED = "customers.parquet", "catalog.yaml", "planted.json"
PORTION = 1 << 17
ROW_GROUP = 1 << 18
_SYSTEM = re.compile(r"([^:]+) \(os error (\d+)\)")


def write_book(directory: Path, plan: Plan, *, force: bool = False) -> list[Path]:
    """Write the book, its catalog and what was planted into a directory, which is made; whole or not at all.

    Raises:
        UsageError: one of the files is there and ``force`` is not given, or the directory is a file.
        OutputError: something cannot be written.
    """
    targets = [directory / name for name in (BOOK, CATALOG, PLANTED)]
    refuse(directory, targets, force)
    mark = f".{secrets.token_hex(6)}.tmp"
    beside = [target.with_name(f".{target.name}{mark}") for target in targets]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        planted = write_rows(beside[0], plan)
        beside[1].write_text(catalog_text(plan), encoding="utf-8", newline="\n")
        told = json.dumps(planted.as_json(), indent=1, ensure_ascii=False)
        beside[2].write_text(told + "\n", encoding="utf-8", newline="\n")
        for source, target in zip(beside, targets, strict=True):
            os.replace(source, target)
    except OSError as error:
        reason = (error.strerror or str(error)).strip()
        raise OutputError(f"{directory}: cannot be written: {reason}") from error
    finally:
        for path in beside:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return targets


def refuse(directory: Path, targets: list[Path], force: bool) -> None:
    """Stop before anything is made where something would be overwritten.

    Raises:
        UsageError: what is in the way.
    """
    if os.path.lexists(directory) and not os.path.isdir(directory):
        raise UsageError(f"{directory}: is not a directory")
    folders = [str(target) for target in targets if os.path.isdir(target)]
    if folders:
        raise UsageError(f"{', '.join(folders)}: is a directory; nothing was written")
    taken = [str(target) for target in targets if os.path.lexists(target)]
    if taken and not force:
        raise UsageError(f"{', '.join(taken)}: already there; nothing was written (--force overwrites)")


def write_rows(path: Path, plan: Plan, portion: int = PORTION) -> Planted:
    """Write the rows as Parquet and give back what was planted in them. The portion changes no row and no sum.

    Raises:
        OSError: the file cannot be written, on a full disk for instance.
    """
    planted = Planted(plan)

    def source(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, batch: int | None
    ) -> Iterator[pl.DataFrame]:
        for frame in portions(plan, portion):
            planted.add(frame)
            yield table(plan, frame)

    book = register_io_source(source, schema=SCHEMA)
    try:
        book.sink_parquet(path, compression="zstd", compression_level=1, row_group_size=ROW_GROUP, engine="streaming")
    except pl.exceptions.ComputeError as error:
        full = _SYSTEM.search(str(error))
        if full is None:
            raise
        raise OSError(int(full[2]), full[1]) from error
    return planted


def portions(plan: Plan, portion: int = PORTION) -> Iterator[pl.DataFrame]:
    """The rows as numbers, ``portion`` at a time, in their order."""
    for start in range(0, plan.rows, portion):
        yield numbers(plan, start, min(start + portion, plan.rows))
