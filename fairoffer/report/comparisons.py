"""All comparisons as CSV: what was compared, what came out, and why it could not be where it could not."""

from __future__ import annotations

import csv
import io

from fairoffer.model.result import Comparisons, Result
from fairoffer.report import words
from fairoffer.report.tables import cell


def render(result: Result) -> str:
    """One row a comparison, in the result's order; a place in words."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Comparisons.model_fields)
    columns = result.comparisons
    empty = [None] * len(columns.id)
    made = [
        [words.place(one) for one in columns.place] if name == "place" else getattr(columns, name) or empty
        for name in Comparisons.model_fields
    ]
    writer.writerows([cell(value) for value in row] for row in zip(*made, strict=True))
    return text.getvalue()
