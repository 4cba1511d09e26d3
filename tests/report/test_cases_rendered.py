"""Every renderer on what audits of worked cases really give: rows, notices, records, catalogs, all policies."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairoffer import report
from fairoffer.model.case import load_case
from fairoffer.model.inputs import find_fixture
from fairoffer.report.view import build
from fairoffer.verdict import judge

ALL = sorted(find_fixture("cases").glob("*/*.yaml"))
SAMPLE = ALL[:: max(1, len(ALL) // 40)]


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_in_every_format(path: Path, tmp_path: Path) -> None:
    loaded = load_case(path)
    result = judge(loaded.inputs, loaded.case.as_of, loaded.case.through)
    for format in ("text", "md", "csv", "html", "json"):
        data = report.render(result, format)
        text = data if isinstance(data, str) else data.decode()
        assert "None" not in text
        if format in ("md", "csv", "html", "json"):
            assert [one.id for one in result.findings if one.id not in text] == []
    for format in ("sarif", "junit", "gitlab"):
        text = str(report.render(result, format))
        assert "None" not in text
        assert [one.id for one in result.findings if one.waiver is None and one.id not in text] == []
    report.write(result, tmp_path / "result.parquet")
    view = build(result)
    assert view.ledger.adds_up
    law = any(policy.status != "house" for policy in loaded.inputs.policies)
    assert view.legal == law
