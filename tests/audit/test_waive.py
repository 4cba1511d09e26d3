"""Caps hold a finding to a measure of its own kind: money does not cap a speed, points do not cap money."""

from __future__ import annotations

import pytest

from fairoffer.audit.waive import under
from fairoffer.model.result import Finding
from fairoffer.model.waivers import Cap

IDS = {"id": "fo1_" + "a" * 24, "policy": "p", "rule": "r", "check": "default-gap", "level": "house"}


@pytest.mark.parametrize(
    ("cap", "unit", "gap", "holds"),
    [
        ({"money": "60.00"}, "GBP", "60.00", True),
        ({"money": "60.00"}, "GBP", "60.01", False),
        ({"money": "60.00"}, "Mbit/s", "20", False),
        ({"amount": "20"}, "Mbit/s", "20", True),
        ({"points": "5"}, "percent", "5", True),
        ({"points": "5"}, "percent", "5.01", False),
        ({"points": "5"}, "share", "0.05", True),
        ({"points": "5"}, "share", "0.9", False),
        ({"points": "5"}, "GBP", "1", False),
    ],
)
def test_a_cap_is_of_the_finding_s_unit(cap: dict[str, str], unit: str, gap: str, holds: bool) -> None:
    finding = Finding.model_validate({**IDS, "unit": unit, "gap": gap})
    assert under(Cap.model_validate(cap), finding) is holds
