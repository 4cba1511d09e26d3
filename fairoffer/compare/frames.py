"""The frames that leave this room: their columns, what a row is, and how they are checked."""

from __future__ import annotations

import polars as pl

REASONS = (
    "ok",
    "no-comparator",
    "no-equivalent",
    "no-data",
    "not-asked",
)
"""Why a cell has no two values; ``ok`` where it has."""
UNDECIDED = ("missing-value", "unclassified-incentive")
"""Why a cell with two bounds may come out either way."""

Reason = pl.Enum(REASONS)
Undecided = pl.Enum(UNDECIDED)

CELLS = pl.Schema(
    {
        "subject": pl.Int32,
        "pair": pl.Int32,
        "tenure_from": pl.Int32,
        "tenure_to": pl.Int32,
        "coming": pl.Boolean,
        "held": pl.Int32,
        "group": pl.Int32,
        "first_day": pl.Int32,
        "last_day": pl.Int32,
        "path": pl.Int32,
    }
)
"""A set of customers who choose between the same offers: tenures (to null: open), the held month, whose
customers (the contest's group, null: nobody's), judged days as ordinals, and the number of the trait values that
witness it. ``pair`` says which values it has in VALUES."""

_VALUES: dict[str, pl.DataType | type[pl.DataType]] = {
    "pair": pl.Int32,
    "slot": pl.Int32,
    "reason": Reason,
    "existing": pl.Int128,
    "comparator": pl.Int128,
    "existing_most": pl.Int128,
    "comparator_most": pl.Int128,
    "open_most": pl.Boolean,
    "open_least": pl.Boolean,
    "undecided": Undecided,
    "existing_offer": pl.Int32,
    "comparator_offer": pl.Int32,
    "months": pl.Int32,
}
VALUES = pl.Schema(_VALUES)
"""Both values of one comparison in such a set, in the slot's unit: as they are when every unknown turns out well for
the customer, and (``_most``) when it does not. ``open_*`` says that the gap has no end on that side."""

SLOTS = pl.Schema(
    {
        "slot": pl.Int32,
        "check": pl.String,
        "term": pl.String,
        "sign": pl.Int8,
        "unit": pl.Int128,
        "horizon": pl.Int32,
    }
)
"""A check on a term of one market: ``sign`` is +1 where lower is better, ``unit`` how many of its units are one of the
term's, ``horizon`` the months it is stated for (null for terms that are not costs)."""


def checked(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The frame, if it has exactly that shape."""
    if frame.schema != schema:
        raise TypeError(f"frame has {frame.schema}, not {schema}")
    return frame
