"""Head against base: what a change to a catalog makes worse, and nothing that was there before."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fairoffer.diff.base import BaseError, Found, find_base, read_base
from fairoffer.diff.gate import compared
from fairoffer.model.inputs import load_inputs
from fairoffer.model.result import Result

__all__ = ["BaseError", "Found", "compared", "diff", "find_base", "read_base"]


def diff(
    path: str | os.PathLike[str],
    against: str,
    policies: Sequence[str] = (),
    as_of: date | None = None,
    through: date | None = None,
) -> Result:
    """The audit at ``path`` compared with ``against``: a directory, a saved result, a git revision or ``@merge-base``.

    ``Result.base`` and the ``state`` of each finding say what became of everything; verdict and exit code are those
    of the change. ``as_of`` is the judged day of both sides (default: today).

    Raises:
        UsageError: there is no such base, or it does not answer the same question.
        BaseError: the base cannot be read or judged.
        PolicyError, InputError: the audit at ``path`` cannot.
    """
    place = Path(path)
    where = find_base(place, against)
    head = load_inputs(place, policies)
    base = read_base(head, place, where, policies)
    return compared(head, base, as_of or date.today(), through)
