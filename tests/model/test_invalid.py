"""Every kind of fault in an input: one fixture each, and the exact text a user reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fairoffer.errors import FairofferError
from fairoffer.model.case import load_case
from fairoffer.model.inputs import load_inputs, load_policy

HOME = Path(__file__).parents[2] / "fixtures" / "invalid"
FIXTURES = sorted(path for path in HOME.iterdir() if path.suffix != ".txt")


def refusal(path: Path) -> FairofferError:
    """The error that reading the fixture ends with."""
    with pytest.raises(FairofferError) as caught:
        read(path)
    return caught.value


def read(path: Path) -> None:
    """Read the fixture as what its name says it is."""
    if path.name.startswith("case-"):
        load_case(path, path.name)
    elif path.name.startswith("policy-") and path.is_file():
        load_policy(path.name)
    else:
        load_inputs(path)


def exit_code_of(path: Path) -> int:
    policy = path.name.startswith(("policy-", "waiver-", "case-policy")) and path.name != "policy-wrong-fact"
    return 2 if policy else 3


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_the_message_is_exact(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOME)
    error = refusal(path)
    expected = HOME / f"{path.name.split('.')[0]}.txt"
    if os.environ.get("FAIROFFER_WRITE_EXPECTED"):
        expected.write_text(f"{error}\n", "utf-8")
    assert f"{error}\n" == expected.read_text("utf-8")
    assert error.exit_code == exit_code_of(path)


def test_each_expected_message_has_its_fixture() -> None:
    assert {path.stem for path in HOME.glob("*.txt")} == {path.name.split(".")[0] for path in FIXTURES}
