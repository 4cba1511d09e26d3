"""All comparisons as CSV: what was compared, what came out, and why it could not be where it could not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from fairoffer.model.result import Comparisons, Result
from fairoffer.report import words
from fairoffer.report.tables import cell


def render(result: Result) -> str:
    """One row a comparison, in the result's order; a place in words."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = result.comparisons
    empty = [None] * len(columns.id)
    data: dict[str, Sequence[str | int | None]] = {
        name: getattr(columns, name) or empty for name in Comparisons.model_fields
    }
    data["place"] = [words.place(one) for one in columns.place]
    del data["tenure_months"]
    data["tenure_from"], data["tenure_to"] = tenures(columns)
    writer.writerow(data)
    writer.writerows([cell(value) for value in row] for row in zip(*data.values(), strict=True))
    return text.getvalue()


def tenures(columns: Comparisons) -> tuple[list[int | None], list[int | None]]:
    """First and last month of the band of each comparison; nothing where it has none."""
    bands = columns.tenure_months or [None] * len(columns.id)
    return [one.from_ if one else None for one in bands], [one.to if one else None for one in bands]
