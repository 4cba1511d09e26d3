"""What a drawn audit is, and what most examples ask of hypothesis."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from fairoffer.model.catalog import Catalog
from fairoffer.model.policy import Policy
from fairoffer.model.segments import Segments

DAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Audit:
    """One example. `segments` None: no segments file."""

    catalog: dict[str, Any]
    segments: list[dict[str, Any]] | None
    policy: dict[str, Any]
    as_of: date = DAY
    through: date | None = None

    def models(self) -> tuple[Catalog, Segments | None, Policy]:
        """The three as the audit sees them."""
        segments = None if self.segments is None else Segments.model_validate({"segments": self.segments})
        return Catalog.model_validate(self.catalog), segments, Policy.model_validate(self.policy)

    def write(self, directory: Path) -> Path:
        """An audit directory (JSON is YAML too)."""
        kinds: dict[str, Any] = {"catalog": self.catalog, "policy": self.policy}
        if self.segments is not None:
            kinds["segments"] = {"segments": self.segments}
        for kind, content in kinds.items():
            text = json.dumps({"fairoffer": f"{kind}/1", **content}, indent=1, ensure_ascii=False)
            (directory / f"{kind}.yaml").write_text(text + "\n", encoding="utf-8")
        return directory

    def but(self, **changes: Any) -> Audit:
        """The same with some of it replaced."""
        return replace(self, **changes)


class Draw:
    """What most examples ask of hypothesis; rare things shrink away first."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def one(self, values: Any) -> Any:
        """One of these; the first is the simplest."""
        return self.draw(st.sampled_from(list(values)))

    def maybe(self, once_in: int) -> bool:
        """True about once in so many; false is the simplest."""
        return bool(self.draw(st.integers(0, once_in - 1)) == once_in - 1)

    def number(self, low: int, high: int) -> int:
        """A whole number."""
        return int(self.draw(st.integers(low, high)))

    def some(self, values: Any) -> list[Any]:
        """A part of these, in order; never none."""
        listed = list(values)
        mask = self.number(1, 2 ** len(listed) - 1)
        return [value for place, value in enumerate(listed) if mask >> place & 1]

    def span(self, low: int, high: int) -> dict[str, str]:
        """A range of whole numbers within limits, one side perhaps left open."""
        first, last = sorted((self.number(low, high), self.number(low, high)))
        found = {} if self.maybe(3) else {"from": str(first)}
        return found if found and self.maybe(2) else {**found, "to": str(last)}
