"""Every failing row of a book in a file of its own: for those who have to mend it, and only where it was asked for."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import TracebackType

import numpy as np
import polars as pl

from fairoffer.book.reduce import Seen
from fairoffer.book.slots import FAIL, WHOLE, Judged
from fairoffer.errors import OutputError

COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64,
    "customer": pl.String,
    "policy": pl.String,
    "rule": pl.String,
    "level": pl.String,
    "product": pl.String,
    "term": pl.String,
    "tenure_months": pl.Int32,
    "existing": pl.Decimal(38, 4),
    "comparator": pl.Decimal(38, 4),
    "gap": pl.Decimal(38, 4),
    "for_months": pl.Int32,
}
SCHEMA = pl.Schema(COLUMNS)
"""``existing``, ``comparator`` and ``gap`` are null where a rule sets nothing against anything; ``for_months`` is what
an amount is for. ``row`` is the number of the row in the source, from 1."""
KEY = "FAIROFFER_HASH_KEY"
"""The environment variable that holds the key of the hashes of customers."""


class RowFile:
    """Failing rows, kept in a folder beside the target and put in its place when all are there.

    Raises:
        OutputError: nothing can be written there.
    """

    def __init__(self, target: Path, key: str | None, *, clear_ids: bool = False) -> None:
        self._target, self._clear = target, clear_ids
        self._key = hashlib.blake2b((key or secrets.token_hex(32)).encode()).digest()
        self._lock, self.rows = Lock(), 0
        try:
            self._folder = TemporaryDirectory(prefix=".fairoffer-", dir=target.parent)
        except OSError as error:
            raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from error

    def __enter__(self) -> RowFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def add(self, seen: Seen) -> None:
        """Keep the failing rows of a portion."""
        frames = [self._rows(seen, one) for one in seen.judged if (one.outcome == FAIL).any()]
        if frames:
            found = pl.concat(frames).sort("row", maintain_order=True)
            with self._lock:
                self.rows += found.height
            # The first row's number in the name keeps the order of the source.
            found.write_parquet(Path(self._folder.name) / f"{seen.portion.first:015}.parquet")

    def _rows(self, seen: Seen, judged: Judged) -> pl.DataFrame:
        at = np.flatnonzero(judged.outcome == FAIL)
        frame, slot = seen.portion.frame[at], judged.slot
        known = judged.known[at]
        existing, gap = judged.mine[at], judged.gap[at]
        months = judged.horizon if isinstance(judged.horizon, int) else judged.horizon[at]
        values = {"existing": existing, "comparator": existing - slot.sign * gap, "gap": gap}
        made = pl.DataFrame({"row": seen.numbers[at]}).with_columns(
            self._customers(frame),
            pl.lit(slot.bound.policy.id).alias("policy"),
            pl.lit(slot.bound.rule.id).alias("rule"),
            pl.lit(slot.bound.level).alias("level"),
            column(frame, "product", pl.String),
            pl.lit(slot.term).alias("term"),
            column(frame, "tenure_months", pl.Int32),
            *(amounts(name, own, known, slot.unit) for name, own in values.items()),
            (pl.lit(months) if isinstance(months, int) else pl.Series(months)).cast(pl.Int32).alias("for_months"),
        )
        return made.cast(dict(SCHEMA)).select(SCHEMA.names())  # type: ignore[arg-type]

    def _customers(self, frame: pl.DataFrame) -> pl.Series:
        ids = column(frame, "customer", pl.String)
        return ids if self._clear else pl.Series("customer", [self._hashed(one) for one in ids], dtype=pl.String)

    def _hashed(self, name: str | None) -> str | None:
        if name is None:
            return None
        return hashlib.blake2b(name.encode(), key=self._key, digest_size=16).hexdigest()

    def finish(self) -> None:
        """Put the file in its place, whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        beside = self._target.with_name(f".{self._target.name}.{secrets.token_hex(6)}.tmp")
        parts = sorted(Path(self._folder.name).glob("*.parquet"))
        try:
            if parts:
                pl.scan_parquet(parts).sink_parquet(beside, maintain_order=True)
            else:
                pl.DataFrame(schema=SCHEMA).write_parquet(beside)
            beside.replace(self._target)
        except OSError as error:
            raise OutputError(f"{self._target}: cannot be written: {error.strerror or error}") from error
        finally:
            beside.unlink(missing_ok=True)


def column(frame: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.Series:
    """A column of a frame, or nothing on every row."""
    empty = pl.Series(name, [None] * frame.height, dtype=kind)
    return frame[name] if name in frame.columns else empty


def amounts(name: str, sizes: np.ndarray, known: np.ndarray, unit: int) -> pl.Series:
    """Sizes as decimals with four places, rounded where their unit is finer."""
    whole = pl.col(name).cast(pl.Int128)
    if unit != WHOLE:
        whole = (whole * WHOLE + unit // 2) // unit
    exact = pl.when("known").then(whole.reinterpret(dtype=pl.Decimal(38, 4)))
    return pl.DataFrame({name: sizes, "known": known}).select(exact.alias(name)).to_series()
