"""Whether what a comparison was about is still there: rows of tables, places and months."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fairoffer.diff.side import Entry
from fairoffer.diff.there import There
from fairoffer.model.inputs import Inputs, load_inputs
from tests.diff.repo import FILES, write

WEB = {"channel": "web"}


def entry(**about: object) -> Entry:
    keys = {"check": "reach-gap", "product": "fibre", "place": WEB, "term": "total_cost@12", **about}
    names = {name: keys.get(name) for name in Entry._fields}
    return Entry(**{**names, "id": "one", "policy": "ours", "rule": "rule", "level": "house", "outcome": "house"})  # type: ignore[arg-type]


def inputs(tmp_path: Path) -> Inputs:
    return load_inputs(write(tmp_path / "audit", FILES))


def test_a_row_of_a_table_that_is_gone_was_lost_sight_of(tmp_path: Path) -> None:
    head = inputs(tmp_path)
    for about in ({"customer": "c1"}, {"notice": "n1"}, {"record": "r1"}):
        one = entry(place={}, **about)
        assert There(head, {}).became(None, one) == ("lost-sight", "no-data")
        empty = replace(head, book=(), notices=(), records=())
        assert There(empty, {}).became(None, one) == ("removed", None)


def test_a_place_is_gone_where_nothing_declares_it(tmp_path: Path) -> None:
    there = There(inputs(tmp_path), {})
    assert there.became(None, entry(segment="stayed")) == ("lost-sight", "no-comparator")
    assert there.became(None, entry(segment="stayed", check="term-gap")) == ("lost-sight", "term not stated")
    for place in ({"channel": "post"}, {"payment": "card"}, {"region": "north"}):
        assert there.became(None, entry(segment="stayed", place=place)) == ("removed", None), place
    assert there.became(None, entry(segment="nobody")) == ("removed", None)
    assert there.became(None, entry(segment="stayed", product="cable")) == ("removed", None)
    assert there.became(None, entry(check="roll-over")) == ("fixed", None)
    assert there.became(None, entry(check="roll-over", product="cable")) == ("removed", None)


def test_what_is_judged_over_other_months_is_judged(tmp_path: Path) -> None:
    longer = entry(segment="stayed", term="total_cost@24")
    there = There(inputs(tmp_path), {"two": longer})
    assert there.became(None, entry(segment="stayed")) == ("removed", None)
    assert there.became(None, entry(segment="stayed", term="speed")) == ("lost-sight", "no-comparator")


def test_out_of_scope_says_why(tmp_path: Path) -> None:
    there, before = There(inputs(tmp_path), {}), entry(segment="stayed")
    for reason, said in (("scope", "out-of-scope: scope"), ("not-asked", "not-asked")):
        assert there.became(before._replace(reason=reason, outcome="out-of-scope"), before) == ("lost-sight", said)
