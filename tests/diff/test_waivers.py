"""Waivers in a diff: the base's count, so that a change cannot excuse itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fairoffer.diff import BaseError, diff
from fairoffer.model.result import Result
from tests.diff.repo import DAY, commit, git, make, replace, states, told, write

WAIVERS = "fairoffer: waivers/1\nwaivers:\n"
ENTRY = """\
  - rule: ours/{rule}
    match: {{product: fibre}}
    reason: The welcome price ends with the year, and everybody moves then.
    kind: legacy
    owner: pricing
    approved_by: compliance
    created: {created}
    expires: {expires}
    cap: {{money: "{cap}"}}
"""
CHEAPER = replace("catalog.yaml", ('"20.00", per: month', '"18.00", per: month'))


def entry(
    rule: str = "by-default", cap: str = "130.00", created: str = "2026-11-01", expires: str = "2026-12-31"
) -> str:
    return ENTRY.format(rule=rule, cap=cap, created="2026-11-01", expires=expires)


def waived(tmp_path: Path, *entries: str) -> Path:
    """A repository whose base has the entries."""
    place = make(tmp_path / "repo")
    write(place, {"waivers.yaml": WAIVERS + "".join(entries)})
    commit(tmp_path / "repo")
    return place


def by_rule(result: Result, rule: str = "by-default") -> set[tuple[str, str | None, bool]]:
    return {(one.state, one.waiver, one.fails) for one in result.findings if one.rule == rule}


def test_what_the_base_accepts_stays_accepted(tmp_path: Path) -> None:
    place = waived(tmp_path, entry())
    result = told(place)
    assert by_rule(result) == {("unchanged", "waivers.yaml:3", False)}
    assert result.exit_code == 0
    assert "2 findings waived." in result.reasons


def test_within_the_cap_it_may_grow(tmp_path: Path) -> None:
    place = waived(tmp_path, entry(cap="150.00"))
    CHEAPER(place)
    result = told(place)
    assert by_rule(result) == {("worsened", "waivers.yaml:3", False)}
    assert by_rule(result, "best-within-reach") == {("worsened", None, True)}


def test_over_the_cap_it_is_breached_and_fails(tmp_path: Path) -> None:
    place = waived(tmp_path, entry(), entry("best-within-reach"))
    CHEAPER(place)
    result = told(place)
    assert states(result) == {"waiver-breached": 4, "worsened": 2, "failing": 4}
    assert by_rule(result) == {("waiver-breached", None, True)}
    assert {one.state for one in result.waivers} == {"over-cap"}


def test_more_customers_than_the_cap_breach_it_too(tmp_path: Path) -> None:
    place = waived(tmp_path, entry().replace('money: "130.00"', "customers: 100"))
    replace("segments.yaml", ("customers: 100", "customers: 101"))(place)
    assert by_rule(told(place)) == {("waiver-breached", None, True)}


def test_an_entry_that_the_change_adds_is_proposed_and_accepts_nothing(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    CHEAPER(place)
    write(place, {"waivers.yaml": WAIVERS + entry(cap="500.00") + entry("best-within-reach", cap="500.00")})
    result = told(place)
    assert states(result) == {"worsened": 6, "failing": 4}
    assert result.base is not None
    assert [(one.id, one.state, len(one.findings)) for one in result.base.proposed] == [
        ("waivers.yaml:3", "proposed", 2),
        ("waivers.yaml:12", "proposed", 2),
    ]
    assert result.waivers == []
    assert "2 waivers are proposed; they accept nothing before the base has them." in result.reasons


def test_an_entry_that_the_change_edits_is_the_one_of_the_base(tmp_path: Path) -> None:
    place = waived(tmp_path, entry())
    CHEAPER(place)
    replace("waivers.yaml", ("130.00", "500.00"))(place)
    result = told(place)
    assert by_rule(result) == {("waiver-breached", None, True)}
    assert result.base is not None
    assert [one.cap for one in result.base.proposed] == [{"money": "500.00"}]
    assert [(one.id, one.cap) for one in result.waivers] == [("base:waivers.yaml:3", {"money": "130.00"})]


def test_an_entry_that_the_change_takes_away_still_counts(tmp_path: Path) -> None:
    place = waived(tmp_path, entry())
    (place / "waivers.yaml").unlink()
    assert by_rule(told(place)) == {("unchanged", "base:waivers.yaml:3", False)}


def test_an_entry_keeps_its_name_when_others_are_put_before_it(tmp_path: Path) -> None:
    place = waived(tmp_path, entry())
    write(place, {"waivers.yaml": WAIVERS + entry("best-within-reach") + entry()})
    result = told(place)
    assert by_rule(result) == {("unchanged", "waivers.yaml:12", False)}
    assert result.base is not None
    assert [one.id for one in result.base.proposed] == ["waivers.yaml:3"]


EXPIRED = date(2027, 1, 1)


def test_an_expired_entry_fails_nobody_who_does_not_touch_the_finding(tmp_path: Path) -> None:
    place = waived(tmp_path, entry(), entry("best-within-reach"))
    result = told(place, day=EXPIRED)
    assert by_rule(result) == {("unchanged", None, False)}
    assert result.exit_code == 0
    assert {one.state for one in result.waivers} == {"expired"}


def test_an_expired_entry_fails_who_makes_the_finding_worse(tmp_path: Path) -> None:
    place = waived(tmp_path, entry())
    CHEAPER(place)
    result = told(place, day=EXPIRED)
    assert by_rule(result) == {("waiver-breached", None, True)}
    assert by_rule(result, "best-within-reach") == {("worsened", None, True)}


def test_an_expired_entry_does_not_stand_in_the_way_of_who_makes_it_better(tmp_path: Path) -> None:
    place = waived(tmp_path, entry())
    replace("catalog.yaml", ('"20.00", per: month', '"22.00", per: month'))(place)
    assert by_rule(told(place, day=EXPIRED)) == {("improved", None, False)}


def test_what_cannot_be_compared_may_be_accepted_before(tmp_path: Path) -> None:
    blind = entry().replace("rule: ours/by-default", "not_assessable: {product: fibre, reason: no-comparator}")
    blind = blind.replace("    match: {product: fibre}\n", "").replace('money: "130.00"', "customers: 100")
    place = waived(tmp_path, blind)
    catalog = (place / "catalog.yaml").read_text().replace("audience: any", "audience: existing")
    write(place, {"catalog.yaml": catalog})
    commit(tmp_path / "repo")
    replace("catalog.yaml", ("    contract: {months: 12}\n", "    valid: {to: 2026-10-31}\n"))(place)
    result = told(place)
    assert result.base is not None
    lost = [one for one in result.base.others if one.state == "lost-sight"]
    assert {(one.waiver, one.fails) for one in lost} == {("waivers.yaml:3", False)}
    assert len(lost) == 4


def test_the_waivers_of_a_saved_result_count(tmp_path: Path) -> None:
    place = waived(tmp_path, entry())
    saved = tmp_path / "base.json"
    saved.write_bytes(told(place).to_json())
    CHEAPER(place)
    (place / "waivers.yaml").unlink()
    result = diff(place, str(saved), as_of=DAY)
    assert by_rule(result) == {("waiver-breached", None, True)}
    assert [one.id for one in result.waivers] == ["base:waivers.yaml:3"]


@pytest.mark.parametrize("against", ["HEAD", "main"])
def test_waivers_of_a_base_that_cannot_be_read_end_the_run(tmp_path: Path, against: str) -> None:
    place = waived(tmp_path, entry().replace("approved_by: compliance", "approved_by: pricing"))
    (place / "waivers.yaml").unlink()
    with pytest.raises(BaseError, match=f"base:{against}:offers/waivers.yaml:3"):
        told(place, against)
    assert git(tmp_path / "repo", "status", "--porcelain") == "D offers/waivers.yaml"
