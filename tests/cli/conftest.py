"""Small audits to run the command on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

CATALOG = """\
fairoffer: catalog/1
id: small
currency: GBP
attributes:
  channel: {choice: true, values: [web, phone]}
products:
  - {id: fibre, type: broadband}
offers:
  - id: welcome
    product: fibre
    audience: new
    price: [{months: 12, amount: "20.00", per: month}, {amount: "30.00", per: month}]
    contract: {months: 12}
  - id: standard
    product: fibre
    audience: any
    price: [{amount: "30.00", per: month}]
"""
SEGMENTS = """\
fairoffer: segments/1
segments:
  - {id: stayed, tenure_months: {from: 24}, holds: welcome, customers: 100}
"""


@pytest.fixture
def make_audit(tmp_path: Path) -> Callable[..., Path]:
    """An audit directory with the given files; without any, one whose verdict is `failed`."""

    def make(catalog: str = CATALOG, segments: str | None = SEGMENTS, **files: str) -> Path:
        place = tmp_path / "audit"
        place.mkdir(exist_ok=True)
        texts = {"catalog.yaml": catalog, "segments.yaml": segments}
        texts |= {name.replace("_", "."): text for name, text in files.items()}
        for name, text in texts.items():
            if text is not None:
                (place / name).write_text(text, encoding="utf-8")
        return place

    return make
