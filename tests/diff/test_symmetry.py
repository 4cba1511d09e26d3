"""Forth and back: what is introduced one way is fixed or gone the other, what worsened improves."""

from __future__ import annotations

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from fairoffer.diff.base import Found
from fairoffer.diff.gate import compared
from fairoffer.model.inputs import Inputs
from fairoffer.model.result import Result
from tests.drawing import Audit
from tests.strategies import audits
from tests.test_properties import some

BACK = {
    "introduced": {"fixed", "removed", "lost-sight"},
    "worsened": {"improved"},
    "unchanged": {"unchanged", "fixed"},
    "improved": {"worsened"},
    "fixed": {"introduced", "unchanged"},
    "removed": {"introduced", "lost-sight"},
    "lost-sight": {"now-visible", "introduced"},
    "now-visible": {"lost-sight"},
}


def inputs(drawn: Audit) -> Inputs:
    catalog, segments, policy = drawn.models()
    listed = None if segments is None else segments.segments
    return Inputs(directory=".", catalog=catalog, segments=listed, policies=(policy,))


def against(head: Audit, base: Audit) -> Result:
    return compared(inputs(head), Found("base", "directory", inputs=inputs(base)), head.as_of, head.through)


def became(result: Result) -> dict[str, str]:
    assert result.base is not None
    found = {one.id: str(one.state) for one in [*result.findings, *result.base.others]}
    assert len(found) == sum(result.base.states.values())
    return found


def changed(drawn: Audit, chance: random.Random) -> Audit:
    """The same audit with other amounts and audiences here and there."""
    catalog = json.loads(json.dumps(drawn.catalog))
    for offer in catalog["offers"]:
        for phase in offer.get("price", ()):
            if chance.random() < 0.3 and "amount" in phase:
                phase["amount"] = str(chance.choice(["5", "10", "10.01", "20", "40"]))
        if chance.random() < 0.2:
            offer["audience"] = chance.choice(["new", "existing", "any", "unknown"])
    return drawn.but(catalog=catalog)


@some
@given(audits(), st.randoms(use_true_random=False))
def test_forth_and_back(drawn: Audit, chance: random.Random) -> None:
    other = changed(drawn, chance)
    forth, back = became(against(drawn, other)), became(against(other, drawn))
    made = {*against(drawn, drawn).comparisons.id}
    for name, state in forth.items():
        assert state == "lost-sight" or name in back, (name, state)
        if name in back:
            assert back[name] in BACK[state], (name, state, back[name])
        else:
            assert state == "lost-sight", (
                "of what passed before nothing is said on the way back, unless it is seen again"
            )
            assert name not in made


@some
@given(audits())
def test_with_itself(drawn: Audit) -> None:
    result = against(drawn, drawn)
    assert set(became(result).values()) <= {"unchanged"}
    assert result.verdict == ("passed" if result.ledger.pass_ + result.ledger.failed else "not-proven")
