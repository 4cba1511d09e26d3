"""Where the customers are: files or a query, read in portions so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from fairoffer.book.faulty_lines import first_fault
from fairoffer.book.files import PORTION, File, find_files, folders_of, format_of, open_file, unreadable
from fairoffer.book.query import open_query
from fairoffer.errors import InputError, Problem
from fairoffer.model.mapping import BookMap

__all__ = ["PORTION", "Files", "Source", "open_source"]


class Source(Protocol):
    """A table of customers. ``rows`` is ``None`` where their number is not known before they are read."""

    @property
    def schema(self) -> pl.Schema: ...
    @property
    def rows(self) -> int | None: ...
    @property
    def files(self) -> tuple[Path, ...]: ...

    def portions(self, columns: Sequence[str], size: int = PORTION) -> Iterator[pl.DataFrame]:
        """The rows in the order of the source, at most ``size`` at a time, with only these columns."""


@dataclass(frozen=True)
class Files:
    """Files of one shape, one after the other in the order of their names."""

    parts: tuple[File, ...]
    shown: tuple[str, ...]
    schema: pl.Schema
    rows: int | None

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(part.path for part in self.parts)

    def portions(self, columns: Sequence[str], size: int = PORTION) -> Iterator[pl.DataFrame]:
        """The rows in the order of the files, at most ``size`` at a time, with only these columns.

        Raises:
            InputError: a file is damaged.
        """
        return packed(self._batches(list(columns), size), size)

    def _batches(self, columns: list[str], size: int) -> Iterator[pl.DataFrame]:
        wanted = {name: self.schema[name] for name in columns}
        for part, shown in zip(self.parts, self.shown, strict=True):
            other = {name: dtype for name, dtype in wanted.items() if part.schema[name] != dtype}
            try:
                for batch in part.batches(columns, size):
                    yield batch.cast(other) if other else batch  # type: ignore[arg-type]
            except (pl.exceptions.PolarsError, OSError):
                raise first_fault(part, shown) or unreadable(shown, part.format) from None


def open_source(mapped: BookMap, directory: Path) -> Source:
    """The source that ``book.yaml`` names, which is relative to ``directory``.

    Raises:
        UsageError: a pattern matches no file, or the database's URL is not in the environment.
        InputError: a file is not there, is damaged, or differs from the first in a column that is mapped.
    """
    if mapped.source.sql is not None:
        return open_query(mapped)
    paths = find_files(mapped, directory)
    above = directory / Path(mapped.source.files or "")
    names = [_shown(path, directory) for path in paths]
    parts = [
        open_file(path, name, format_of(mapped, path, name), folders_of(path, above if above.is_dir() else directory))
        for path, name in zip(paths, names, strict=True)
    ]
    schema = of_one_shape(mapped, parts, names)
    counts = [part.rows for part in parts]
    rows = None if None in counts else sum(count or 0 for count in counts)
    return Files(tuple(parts), tuple(names), schema, rows)


def of_one_shape(mapped: BookMap, parts: Sequence[File], names: Sequence[str]) -> pl.Schema:
    """The first file's columns, in types that hold what every file has in those that are mapped."""
    schema = dict(parts[0].schema)
    wanted = dict.fromkeys(leaf.column.header for leaf in mapped.leaves() if leaf.column.header in schema)
    problems: list[Problem] = []
    for part, name in zip(parts[1:], names[1:], strict=True):
        for header in wanted:
            assert header is not None
            if header not in part.schema:
                problems.append(Problem(name, 0, 1, "", f"has no column {header!r}, but {names[0]} has one"))
                continue
            dtype = common(schema[header], part.schema[header])
            if dtype is None:
                said = f"{part.schema[header]} here, but {schema[header]} in {names[0]}; write it alike in all files"
                problems.append(Problem(name, 0, 1, "", f"the column {header!r} is {said}"))
            else:
                schema[header] = dtype
    if problems:
        raise InputError(problems)
    return pl.Schema(schema)


def common(one: pl.DataType, two: pl.DataType) -> pl.DataType | None:
    """A type that holds the values of both as they are; ``None`` where there is none."""
    if one == two or two == pl.Null:
        return one
    if one == pl.Null:
        return two
    if one.is_integer() and two.is_integer():
        return pl.Int128() if {one, two} & {pl.UInt64(), pl.Int128()} else pl.Int64()
    if isinstance(one, pl.Decimal) and isinstance(two, pl.Decimal):
        return pl.Decimal(38, max(one.scale, two.scale))
    if one.is_numeric() and two.is_numeric() and not (one.is_decimal() or two.is_decimal()):
        return pl.Float64()
    texts = (pl.String, pl.Categorical, pl.Enum)
    return pl.String() if one in texts and two in texts else None


def packed(batches: Iterator[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """The same rows in portions of at most ``size``: small ones are put together, so that many files cost little."""
    waiting: list[pl.DataFrame] = []
    height = 0
    for batch in batches:
        for frame in batch.iter_slices(size) if batch.height > size else (batch,):
            if waiting and height + frame.height > size:
                yield joined(waiting)
                waiting, height = [], 0
            if frame.height:
                waiting.append(frame)
                height += frame.height
    if waiting:
        yield joined(waiting)


def joined(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return frames[0] if len(frames) == 1 else pl.concat(frames, rechunk=True)


def _shown(path: Path, directory: Path) -> str:
    try:
        return path.relative_to(directory).as_posix()
    except ValueError:
        return path.as_posix()
