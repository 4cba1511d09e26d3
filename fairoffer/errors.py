"""Every fault that a user can cause: what it says, where it is, and the exit code it ends with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering
from typing import NamedTuple

SHOWN = 500
"""How many problems one message prints; a generated file may repeat one fault on every line."""


class Mark(NamedTuple):
    """A place in a text file, both counted from 1."""

    line: int
    column: int


@total_ordering
@dataclass(frozen=True)
class Problem:
    """One fault in one input. ``line`` 0 means the file as a whole; ``column`` is a header's name in a table."""

    path: str
    line: int
    column: int | str
    where: str
    message: str

    def __str__(self) -> str:
        place = self.path if self.line == 0 else f"{self.path}:{self.line}:{self.column}"
        return ": ".join(part for part in (place, self.where, self.message) if part)

    def __lt__(self, other: Problem) -> bool:
        return self.sort_key() < other.sort_key()

    def sort_key(self) -> tuple[str, int, bool, int, str, str, str]:
        """Order of the files' text; numbers sort before names, so a header may stand beside a column number."""
        named = isinstance(self.column, str)
        number = self.column if isinstance(self.column, int) else 0
        name = self.column if isinstance(self.column, str) else ""
        return (self.path, self.line, named, number, name, self.where, self.message)


class FairofferError(Exception):
    """Base of all errors of this package; ``str()`` is the whole message for the user."""

    exit_code = 70


class UsageError(FairofferError):
    """The command line or the configuration asks for something that does not exist."""

    exit_code = 2


class OutputError(FairofferError):
    """The audit ended, but an output could not be written."""

    exit_code = 5


class ProblemsError(FairofferError):
    """One or more problems in files, printed one a line in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        hidden = len(self.problems) - len(lines)
        if hidden:
            lines.append(f"… and {hidden} more problems")
        return "\n".join(lines)


class PolicyError(ProblemsError):
    """A policy or a waiver file is wrong."""

    exit_code = 2


class InputError(ProblemsError):
    """A catalog, a segments file or another input cannot be used."""

    exit_code = 3
