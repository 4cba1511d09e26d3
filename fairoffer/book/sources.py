"""Where the customers are: files or a query, read in portions so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from fairoffer.model.mapping import BookMap

PORTION = 1 << 18
"""Rows of a portion, where nobody says otherwise."""


@dataclass(frozen=True)
class Source:
    """A table of customers. ``rows`` is ``None`` where their number is not known before they are read."""

    schema: pl.Schema
    rows: int | None
    files: tuple[Path, ...]

    def portions(self, columns: Sequence[str], size: int = PORTION) -> Iterator[pl.DataFrame]:
        """The rows in the order of the source, at most ``size`` at a time, with only these columns."""
        raise NotImplementedError


def open_source(mapped: BookMap, directory: Path) -> Source:
    """The source that ``book.yaml`` names, which is relative to ``directory``."""
    raise NotImplementedError
