"""Input data beside the places it came from, so that any later fault can be shown where it was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fairoffer.errors import Mark, Problem

Loc = tuple[str | int, ...]
"""The way to a value: keys and list indexes, from the root of what was read."""


_NO_CHILDREN: dict[str | int, Any] = {}
"""Shared by all scalars, and never written to; a mapping or list gets children of its own."""


class Spot:
    """Where one value of a text stands, and (``children``) where the values inside it stand.

    ``path`` is set where the value comes from another file than the rest. ``opens`` is how many columns after the
    mark the first character of a text stands, if it is written in one line as it is read; else ``None``.
    """

    __slots__ = ("children", "key", "mark", "opens", "path")

    def __init__(self, mark: Mark, key: Mark | None = None, opens: int | None = None) -> None:
        self.mark = mark
        self.opens = opens
        self.key = key
        self.children: dict[str | int, Spot] = _NO_CHILDREN
        self.path: str | None = None


@dataclass(frozen=True)
class Located:
    """A value and the file and place it was read from.

    ``prefix`` is the name of the value in its file (``offers[welcome]``). A text has a ``spot`` (line and column of
    everything inside), a table has ``header`` (problems are named by it), a line-wise file only has its ``line``.
    """

    data: Any
    path: str
    prefix: str = ""
    line: int = 1
    spot: Spot | None = None
    header: Callable[[Loc], str] | None = None

    @property
    def at(self) -> str:
        """``catalog.yaml:24``: how outputs name the place."""
        line = self.line if self.spot is None else (self.spot.key or self.spot.mark).line
        return f"{self.path}:{line}"

    def problem(self, loc: Loc, message: str, *, key: bool = False) -> Problem:
        """A problem with the value at ``loc`` (with its key, if ``key``); the nearest known place is used."""
        if self.header is not None:
            return Problem(self.path, 1 if key else self.line, self.header(loc) or 1, "", message)
        path, mark = self._place(loc, key)
        return Problem(path, mark.line, mark.column, name_of(self.prefix, self.data, loc), message)

    def problem_in(self, loc: Loc, character: int, message: str) -> Problem:
        """A problem with one character (counted from 1) of the text at ``loc``.

        Where the text is not written in one line as it is read, its beginning is the place, and the message says at
        which character of it.
        """
        spot = self.spot
        for part in loc:
            spot = spot.children.get(part) if spot is not None else None
        if spot is None or spot.opens is None:
            return self.problem(loc, f"at character {character}: {message}")
        problem = self.problem(loc, message)
        return replace(problem, column=spot.mark.column + spot.opens + character - 1)

    def child(self, *loc: str | int) -> Located:
        """The value at ``loc`` as a document of its own; ``KeyError`` or ``IndexError`` where there is none."""
        data, spot, path = self.data, self.spot, self.path
        for part in loc:
            data = data[part]
            spot = spot.children.get(part) if spot is not None else None
            path = spot.path or path if spot is not None else path
        return Located(data, path, name_of(self.prefix, self.data, loc), self.line, spot, self.header)

    def items(self, *loc: str | int) -> list[Located]:
        """The entries of the list at ``loc``."""
        whole = self.child(*loc)
        return [self.child(*loc, index) for index in range(len(whole.data))]

    def without(self, *keys: str) -> Located:
        """The same document, less some of its keys."""
        data = {key: value for key, value in self.data.items() if key not in keys}
        return Located(data, self.path, self.prefix, self.line, self.spot, self.header)

    def _place(self, loc: Loc, key: bool) -> tuple[str, Mark]:
        spot, path = self.spot, self.path
        if spot is None:
            return path, Mark(self.line, 1)
        for depth, part in enumerate(loc):
            below = spot.children.get(part)
            if below is None:
                return path, spot.mark
            spot, path = below, below.path or path
            if key and depth == len(loc) - 1 and spot.key is not None:
                return path, spot.key
        return path, spot.mark


def merged(documents: list[Located], problems: list[Problem]) -> Located:
    """Several mappings as one; a key that two of them state differently is a problem. ``documents`` is not empty."""
    first = documents[0]
    data: dict[str, Any] = {}
    spot = Spot(first.spot.mark if first.spot is not None else Mark(1, 1))
    spot.children = {}
    for document in documents:
        for key, value in document.data.items():
            if key not in data:
                data[key] = value
                below = document.spot.children.get(key) if document.spot is not None else None
                if below is not None:
                    below.path = document.path
                    spot.children[key] = below
            elif data[key] != value:
                other = spot.children[key].path if key in spot.children else first.path
                problems.append(
                    document.problem((key,), f"differs from the one in {other}; keep one of them", key=True)
                )
    return Located(data, first.path, spot=spot)


def name_of(prefix: str, data: Any, loc: Loc) -> str:
    """``offers[welcome].price[0].amount``: list entries by their ``id`` where they have one, else by position."""
    name = prefix
    for part in loc:
        data = _step(data, part)
        if isinstance(part, int):
            known = data.get("id") if isinstance(data, dict) else None
            usable = isinstance(known, str) and 0 < len(known) <= 80 and known.isprintable()
            name = f"{name}[{known if usable else part}]"
        else:
            shown = part if part.isprintable() and len(part) <= 80 else repr(part[:80])
            name = f"{name}.{shown}" if name else shown
    return name


def _step(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None
