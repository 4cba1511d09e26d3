"""All comparisons as one Parquet table, for those who go on calculating."""

from __future__ import annotations

import io

import polars as pl

from fairoffer.model.result import LEVELS, Comparisons, Other, Result
from fairoffer.report import states, words
from fairoffer.report.comparisons import tenures

# Values and gaps stay decimal text: they have units of their own, and no reader may turn them into floats unasked.
SCHEMA = pl.Schema(
    {
        "id": pl.String(),
        "policy": pl.String(),
        "rule": pl.String(),
        "product": pl.String(),
        "place": pl.String(),
        "customers": pl.Int64(),
        "customers_coming": pl.Int64(),
        "segment": pl.String(),
        "term": pl.String(),
        "existing": pl.String(),
        "comparator": pl.String(),
        "gap": pl.String(),
        "gap_least": pl.String(),
        "outcome": pl.Enum(["pass", *LEVELS, "out-of-scope", "not-assessable"]),
        "level": pl.Enum(LEVELS),
        "reason": pl.String(),
        "customer": pl.String(),
        "notice": pl.String(),
        "record": pl.String(),
        "offer": pl.String(),
        "rows": pl.Int64(),
        "tenure_from": pl.Int32(),
        "tenure_to": pl.Int32(),
        "state": pl.String(),
    }
)
_OF_BASE = frozenset(SCHEMA.names()) & frozenset(Other.model_fields) - {"gap", "place", "state"}


def frame(result: Result) -> pl.DataFrame:
    """One row a comparison, in the result's order, with `SCHEMA`; a place in words. `rows` is how many rows of a book a
    line stands for, null where it is one comparison.

    The state is open or waived; in a diff what became of the comparison, null where nothing did. Comparisons that only
    the base has follow, without outcome and values.
    """
    columns = result.comparisons
    empty = [None] * len(columns.id)
    data = {name: getattr(columns, name) or empty for name in SCHEMA.names() if name in Comparisons.model_fields}
    data["tenure_from"], data["tenure_to"] = tenures(columns)
    others = [*result.base.policy_drops, *result.base.others] if result.base else []
    became: dict[str, str] = {one.id: one.state for one in others}
    found = {one.id: states.shown(one, result.base is not None) for one in result.findings}
    data["place"] = [words.place(one) for one in columns.place]
    data["state"] = [
        (found if outcome in LEVELS else became).get(identifier)
        for identifier, outcome in zip(columns.id, columns.outcome, strict=True)
    ]
    made = pl.DataFrame(data, schema_overrides=dict(SCHEMA), strict=True).select(SCHEMA.names())
    known = frozenset(columns.id)
    rows = [_row(one) for one in others if one.id not in known]
    return pl.concat([made, pl.DataFrame(rows, SCHEMA, orient="row")]) if rows else made


def _row(one: Other) -> tuple[object, ...]:
    """A comparison that only the base has."""
    said = {name: getattr(one, name) for name in _OF_BASE}
    said |= {"place": words.place(one.place), "state": one.state}
    return tuple(said.get(name) for name in SCHEMA.names())


def render(result: Result) -> bytes:
    """The frame as Parquet."""
    buffer = io.BytesIO()
    frame(result).write_parquet(buffer, compression="zstd", statistics=True)
    return buffer.getvalue()
