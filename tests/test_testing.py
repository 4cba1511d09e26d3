"""The helper for tests of one's own: what it passes, what it fails, and what a failure says, in a pytest of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from fairoffer.errors import InputError, PolicyError, UsageError
from fairoffer.model.inputs import find_fixture
from fairoffer.testing import SHOWN, assert_no_findings
from tests.cli.conftest import CATALOG, SEGMENTS
from tests.runner import git

DAY = "2026-11-21"
PLAIN = CATALOG.replace("audience: new", "audience: any").replace('"20.00"', '"30.00"')
BLIND = CATALOG.replace("audience: new", "audience: existing").replace("audience: any", "audience: existing")
DEARER = CATALOG.replace('{amount: "30.00", per: month}]\n    contract', '{amount: "33.00", per: month}]\n    contract')
ID = re.compile(r"fo1_[a-z2-7]{24}")

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """An audit directory of its own name."""

    def write(name: str = "offers", catalog: str = CATALOG, **files: str) -> Path:
        place = tmp_path / name
        place.mkdir()
        texts = {"catalog.yaml": catalog, "segments.yaml": SEGMENTS}
        for file, text in (texts | {key.replace("_", "."): text for key, text in files.items()}).items():
            (place / file).write_text(text, encoding="utf-8")
        return place

    return write


def failure(*arguments: object, **named: object) -> str:
    with pytest.raises(AssertionError) as raised:
        assert_no_findings(*arguments, **named)  # type: ignore[arg-type]
    return str(raised.value)


def test_a_fair_catalog_passes_and_the_result_is_given_back() -> None:
    result = assert_no_findings(find_fixture("fair"), as_of=DAY)
    assert (result.verdict, result.as_of) == ("passed", DAY)


def test_a_failure_says_each_finding_in_words_with_its_id_and_what_mends_it(make: Make) -> None:
    from fairoffer.model.inputs import load_inputs
    from fairoffer.verdict import judge

    place = make()
    text = failure(place, as_of=date(2026, 11, 21))
    expected = [one for one in judge(load_inputs(place), date(2026, 11, 21)).findings if one.level == "house"]
    assert len(expected) > 1
    for one in expected:
        assert one.id in text
        assert one.says in text
        assert one.remedy in text
    assert set(ID.findall(text)) == {one.id for one in expected}
    assert text.startswith(f"{place}: failed on {DAY}\n")
    assert "at catalog.yaml:9" in text


def test_too_little_compared_fails_and_says_so(make: Make) -> None:
    text = failure(make(catalog=BLIND), as_of=DAY)
    assert ": not-proven on " in text
    assert "no-comparator" in text


def test_the_policy_chooses(make: Make, tmp_path: Path) -> None:
    lenient = tmp_path / "lenient.yaml"
    lenient.write_text(
        "fairoffer: policy/1\nid: lenient\nversion: 1\ntitle: A gap may be large\nstatus: house\n"
        "compare: {with: new-customer, like_for_like: [product], months: [12]}\n"
        'rules: [{id: by-default, check: default-gap, terms: [cost], level: house, tolerance: {money: "500"}}]\n'
    )
    place = make()
    assert assert_no_findings(place, policy=lenient, as_of=DAY).policies[0].id == "lenient"
    assert "best-offer/by-default" in failure(place, policy=[str(lenient), "best-offer"], as_of=DAY)


def test_against_asks_only_for_what_the_change_makes_worse(make: Make) -> None:
    before, after = make("before"), make("after")
    result = assert_no_findings(after, against=before, as_of=DAY)
    assert result.base is not None
    assert result.base.states["unchanged"] == len(result.findings) > 0

    (after / "catalog.yaml").write_text(DEARER)
    text = failure(after, against=str(before), as_of=DAY)
    assert text.startswith(f"{after}: failed on {DAY}, against {before}\n")
    assert "worsened)" in text
    assert "Before: " in text
    assert "to mend it: " in text

    (after / "catalog.yaml").write_text(BLIND)
    text = failure(after, against=before, as_of=DAY)
    assert "(lost-sight)" in text
    assert ID.search(text)

    with pytest.raises(UsageError):
        assert_no_findings(after, against="no-such-revision", as_of=DAY)
    with pytest.raises(UsageError, match="empty"):
        assert_no_findings(after, against="")


def test_against_a_revision(make: Make, tmp_path: Path) -> None:
    place = make(catalog=PLAIN)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "before")
    (place / "catalog.yaml").write_text(CATALOG)
    text = failure(place, against="HEAD", as_of=DAY)
    assert "introduced)" in text
    git(tmp_path, "commit", "-q", "-a", "-m", "after")
    assert assert_no_findings(place, against="HEAD", as_of=DAY).verdict == "passed"
    assert "introduced)" in failure(place, against="HEAD~1", as_of=DAY)


def test_a_long_failure_is_cut_and_says_by_how_much(make: Make) -> None:
    groups = [f"  - {{id: g{n}, tenure_months: {{from: {24 + n}, to: {24 + n}}}, holds: welcome}}" for n in range(12)]
    place = make(segments_yaml="fairoffer: segments/1\nsegments:\n" + "\n".join(groups) + "\n")
    text = failure(place, as_of=DAY)
    shown = len(set(ID.findall(text)))
    number = re.search(r"… and (\d+) more", text)
    assert shown == SHOWN
    assert number is not None
    assert shown + int(number[1]) == int(re.findall(r"(\d+) findings against", text)[0])


def test_a_wrong_file_is_its_own_error(make: Make) -> None:
    with pytest.raises(InputError, match=r"catalog\.yaml:10:14"):
        assert_no_findings(make("a", CATALOG.replace("product: fibre", "product: fibrr")), as_of=DAY)
    with pytest.raises(PolicyError):
        assert_no_findings(make("b", waivers_yaml="fairoffer: waivers/1\nwaivers: [{}]\n"), as_of=DAY)
    with pytest.raises(UsageError):
        assert_no_findings("nowhere")
    with pytest.raises(UsageError, match="not a day"):
        assert_no_findings(make("c"), as_of="21 November 2026")
    with pytest.raises(UsageError, match="give a day"):
        assert_no_findings(make("at-noon"), as_of=datetime(2026, 11, 21, 12, 0))
    with pytest.raises(UsageError, match="before the judged day"):
        assert_no_findings(make("d"), as_of=DAY, through="2026-11-20")
    with pytest.raises(UsageError, match="empty"):
        assert_no_findings("")


def test_text_of_a_catalog_cannot_steer_a_terminal(make: Make) -> None:
    text = failure(make(catalog=CATALOG.replace("id: welcome", 'id: welcome\n    name: "a\\e[31mb"')), as_of=DAY)
    assert "\x1b" not in text


def test_in_a_pytest_of_its_own(make: Make, tmp_path: Path, root: Path) -> None:
    """One test that passes and one that fails; the failure shows the findings and no line of the helper."""
    make("unfit")
    make("fit", PLAIN)
    (tmp_path / "test_offers.py").write_text(
        textwrap.dedent(f"""\
            from fairoffer.testing import assert_no_findings

            def test_fit():
                assert_no_findings("fit", policy="best-offer", as_of="{DAY}")

            def test_unfit():
                assert_no_findings("unfit", as_of="{DAY}")
        """)
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-W",
            "error",
            "--rootdir",
            str(tmp_path),
            ".",
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 1 passed" in done.stdout
    assert "unfit: failed on 2026-11-21" in done.stdout
    assert "to mend it: " in done.stdout
    assert ID.search(done.stdout)
    assert "testing.py" not in done.stdout
    assert "raise AssertionError" not in done.stdout
