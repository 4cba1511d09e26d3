"""The files of a customer book: found, told by kind, and the columns that each of them has."""

from __future__ import annotations

import csv
import glob
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import polars as pl

from fairoffer.errors import InputError, Problem, UsageError
from fairoffer.model.mapping import BookMap, Format

SUFFIXES: dict[str, Format] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".arrow": "ipc",
    ".ipc": "ipc",
    ".feather": "ipc",
}
NAMES = {"parquet": "Parquet", "csv": "CSV", "ndjson": "NDJSON", "ipc": "Arrow IPC"}
FIRST_LINES = 1_000
"""Lines of an NDJSON file that are looked at for the names of its columns."""
LONGEST_HEADER = 1 << 20
SOURCE = ("source",)
PORTION = 1 << 18
"""Rows of a portion, where nobody says otherwise."""
_EMPTY = "is empty"
_GZIP = b"\x1f\x8b"
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class File:
    """One file: its kind, the values that its folders say (``year=2026``), the columns inside, and for CSV what
    separates them."""

    path: Path
    format: Format
    folders: dict[str, str | None]
    schema: pl.Schema
    separator: str = ","

    def scan(self) -> pl.LazyFrame:
        """The file's own table, read when it is asked for; all of a text file's columns are text."""
        if self.format == "parquet":
            return pl.scan_parquet(self.path, glob=False, hive_partitioning=False)
        if self.format == "ipc":
            return pl.scan_ipc(self.path, glob=False, hive_partitioning=False)
        if self.format == "csv":
            return pl.scan_csv(self.path, separator=self.separator, infer_schema=False, glob=False)
        return pl.scan_ndjson(glob.escape(str(self.path)), schema=dict.fromkeys(self.inside, pl.String))

    @property
    def inside(self) -> list[str]:
        """The columns that stand in the file itself."""
        return [name for name in self.schema if name not in self.folders]

    def batches(self, columns: Sequence[str], size: int) -> Iterator[pl.DataFrame]:
        """The rows in the order of the file, with only these columns."""
        own = [name for name in columns if name not in self.folders]
        said = [pl.lit(self.folders[name], dtype=pl.String).alias(name) for name in columns if name in self.folders]
        frame = self.scan()
        if self.format == "csv" or not own:
            # With all of its columns: else a line with a separator too many would be read as if it were right.
            for batch in frame.collect_batches(chunk_size=size, maintain_order=True):
                yield (without_blank(batch) if self.format == "csv" else batch).with_columns(said).select(columns)
        elif self.format == "ndjson":
            yield from (
                frame.select(own)
                .with_columns(said)
                .select(columns)
                .collect_batches(chunk_size=size, maintain_order=True)
            )
        else:
            # Piece by piece: batches of the whole hold as many row groups in memory as there happen to be in flight.
            wanted = frame.select(own).with_columns(said).select(columns)
            for start in range(0, self.rows or 0, size):
                yield wanted.slice(start, size).collect(engine="in-memory")

    @property
    def rows(self) -> int | None:
        """How many rows it has, where the file says so."""
        if self.format not in ("parquet", "ipc"):
            return None
        return int(self.scan().select(pl.len()).collect().item())


def without_blank(batch: pl.DataFrame) -> pl.DataFrame:
    """The lines that hold something."""
    if any(series.null_count() == 0 for series in batch):
        return batch
    return batch.filter(~pl.all_horizontal(pl.all().is_null()))


def find_files(mapped: BookMap, directory: Path) -> list[Path]:
    """The files that ``source`` names, in the order of their names."""
    named = mapped.source.files or ""
    place = directory / named
    if glob.has_magic(named) and not _exists(place):
        found = sorted(directory / name for name in glob.glob(named, root_dir=directory, recursive=True))
        found = [path for path in found if path.is_file()]
        if not found:
            raise UsageError(f"{mapped.at(SOURCE)}: source: {named!r} matches no file")
        return found
    if not _exists(place):
        raise InputError([mapped.problem(SOURCE, f"there is no file or directory {named!r}")])
    return _inside(mapped, place, named) if place.is_dir() else [place]


def open_file(path: Path, shown: str, kind: Format, folders: dict[str, str | None]) -> File:
    """A file and its columns; raises ``InputError`` where it is not what it should be."""
    separator = ","
    try:
        with path.open("rb") as file:
            start = file.read(2)
        if not start:
            raise unreadable(shown, kind, 0, _EMPTY)
        if start == _GZIP and kind in ("csv", "ndjson"):
            raise unreadable(shown, kind, 0, "is compressed; unpack it first")
        if kind == "csv":
            names, separator = read_header(path, shown)
            inside = pl.Schema(dict.fromkeys(names, pl.String()))
        elif kind == "ndjson":
            inside = pl.Schema(dict.fromkeys(keys_of(path, shown), pl.String()))
        else:
            inside = File(path, kind, {}, pl.Schema()).scan().collect_schema()
    except OSError as error:
        why = f"cannot be read: {error.strerror.lower()}" if error.strerror else ""
        raise unreadable(shown, kind, 0, why) from None
    except pl.exceptions.PolarsError:
        raise unreadable(shown, kind) from None
    own = {name: value for name, value in folders.items() if name not in inside}
    return File(path, kind, own, pl.Schema({**inside, **dict.fromkeys(own, pl.String())}), separator)


def format_of(mapped: BookMap, path: Path, shown: str) -> Format:
    """What the file is: as book.yaml says, else by its name."""
    kind = mapped.source.format or SUFFIXES.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(get_args(Format))
        message = f"{shown}: the name does not tell what the file is; write {{files: …, format: …}} with one of {known}"
        raise InputError([mapped.problem(SOURCE, message)])
    return kind


def folders_of(path: Path, above: Path) -> dict[str, str | None]:
    """What the folders between a directory and a file say: ``year=2026`` is a column."""
    try:
        steps = path.parent.relative_to(above).parts
    except ValueError:
        return {}
    pairs = (step.partition("=") for step in steps if "=" in step)
    return {unquote(name): None if value == _NO_VALUE else unquote(value) for name, _, value in pairs if name}


def unreadable(shown: str, kind: str, line: int = 0, why: str = "") -> InputError:
    """A file that is damaged, or is something else than it should be."""
    name = NAMES[kind]
    message = why or f"cannot be read as {name}: it is damaged, or is no {name} file"
    return InputError([Problem(shown, line, 1, "", message)])


def read_header(path: Path, shown: str) -> tuple[list[str], str]:
    """The names of a CSV file's columns, and what separates them."""
    with path.open("rb") as file:
        start = file.read(LONGEST_HEADER)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable(shown, "csv", 1, "is UTF-16 text; save it as UTF-8")
    first = start.lstrip(b"\r\n").split(b"\n")[0]
    separator = max(",;\t|", key=lambda mark: first.count(mark.encode()))
    try:
        text = start.decode("utf-8-sig", errors="ignore" if len(start) == LONGEST_HEADER else "strict")
    except UnicodeDecodeError:
        text = first.decode("utf-8-sig", errors="replace")
    names = next(csv.reader(text.splitlines(keepends=True), delimiter=separator), [])
    for name in names:
        if names.count(name) > 1:
            raise unreadable(shown, "csv", 1, f"has two columns with the name {name[:80]!r}; rename one of them")
    if not any(names):
        raise unreadable(shown, "csv", 1, "has no header: the first line must hold the names of the columns")
    return names, separator


def keys_of(path: Path, shown: str) -> list[str]:
    """The keys of an NDJSON file's first lines."""
    names: dict[str, None] = {}
    with path.open("rb") as file:
        for number, line in enumerate(islice(file, FIRST_LINES), 1):
            if line.strip():
                names |= dict.fromkeys(keys_on(line, shown, number))
    if not names:
        raise unreadable(shown, "ndjson", 0, _EMPTY)
    return list(names)


def keys_on(line: bytes, shown: str, number: int) -> Iterator[str]:
    """The keys of one line, which must be an object."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise unreadable(shown, "ndjson", number, "is not a JSON object; every line must be one")
    return iter(found)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _inside(mapped: BookMap, place: Path, named: str) -> list[Path]:
    """The files of a directory and of those in it; names that begin with . or _ are no data."""
    known = tuple(SUFFIXES) if mapped.source.format is None else None
    found = []
    for path in sorted(place.rglob("*")):
        hidden = any(step.startswith((".", "_")) for step in path.relative_to(place).parts)
        if path.is_file() and not hidden and (known is None or path.suffix.lower() in known):
            found.append(path)
    if not found:
        kinds = f" ({', '.join(SUFFIXES)})" if known else ""
        raise InputError([mapped.problem(SOURCE, f"the directory {named!r} holds no file of customers{kinds}")])
    return found
