"""`fairoffer explain`, `schema` and `convert`: what can be asked once an audit has run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fairoffer.model.result import Result
from tests.cli.command import Run
from tests.cli.conftest import CATALOG
from tests.customer_book import PLACE

Make = Callable[..., Path]


@pytest.fixture
def saved(run: Run, make_audit: Make, tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    assert run("audit", make_audit(), "--as-of", "2026-11-21", "-o", path).code == 1
    return path


def test_a_finding(run: Run, saved: Path) -> None:
    finding = next(
        one for one in Result.load(saved).findings if one.rule == "by-default" and one.term == "total_cost@12"
    )
    ending = run("explain", finding.id, saved)
    assert ending.code == 0, ending.err
    for part in (
        finding.id,
        "best-offer/by-default",
        "fibre",
        "stayed",
        "welcome",
        "catalog.yaml:",
        finding.remedy[:30],
    ):
        assert part in ending.out
    assert finding.gap is not None
    assert f"gap {finding.gap} GBP" in ending.out
    assert all(f"{sum_} = {value}" in ending.out for sum_, value in finding.steps)
    assert "why the two sides may be compared" in ending.out


def test_the_start_of_an_id_is_enough(run: Run, saved: Path) -> None:
    ids = [finding.id for finding in Result.load(saved).findings]
    start = next(ids[0][:length] for length in range(5, 30) if sum(one.startswith(ids[0][:length]) for one in ids) == 1)
    assert run("explain", start, saved).out == run("explain", ids[0], saved).out


def test_an_ambiguous_start_and_a_typo(run: Run, saved: Path) -> None:
    ambiguous = run("explain", "fo1_", saved)
    assert ambiguous.code == 2
    assert "findings begin so" in ambiguous.err
    first = Result.load(saved).findings[0].id
    typo = run("explain", first[:-1] + ("a" if first[-1] != "a" else "b"), saved)
    assert typo.code == 2
    assert f"did you mean {first}?" in typo.err


def test_a_comparison_that_passed(run: Run, saved: Path) -> None:
    columns = Result.load(saved).comparisons
    passed = next((id for id, outcome in zip(columns.id, columns.outcome, strict=True) if outcome == "pass"), None)
    assert passed is not None
    ending = run("explain", passed, saved)
    assert ending.code == 2
    assert "pass" in ending.err


def test_a_finding_without_a_result(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ending = run("explain", "fo1_abc")
    assert ending.code == 2
    assert "RESULT" in ending.err


def test_a_result_beside_it_is_found(run: Run, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(saved.parent)
    assert run("explain", Result.load(saved).findings[0].id).code == 0


@pytest.mark.parametrize("name", ["default-gap", "reach-gap", "term-gap", "no-equivalent", "price-walk"])
def test_a_check(run: Run, name: str) -> None:
    ending = run("explain", name)
    assert ending.code == 0, ending.err
    assert name in ending.out
    assert "Why it matters" in ending.out


@pytest.mark.parametrize("name", ["best-offer/by-default", "by-default"])
def test_a_rule(run: Run, name: str) -> None:
    ending = run("explain", name)
    assert ending.code == 0, ending.err
    for part in ("best-offer/by-default", "default-gap", "house", "new-customer"):
        assert part in ending.out


@pytest.mark.parametrize(
    "typo, meant",
    [
        ("defualt-gap", "default-gap"),
        ("best-offer/by-defualt", "best-offer/by-default"),
        ("best-ofer/by-default", "best-offer/by-default"),
        ("by-defalt", "by-default"),
    ],
)
def test_a_typo_is_told_the_nearest_name(run: Run, typo: str, meant: str) -> None:
    ending = run("explain", typo)
    assert (ending.code, ending.out) == (2, "")
    assert f"did you mean {meant}?" in ending.err


@pytest.mark.parametrize("kind", ["catalog", "segments", "policy", "policies", "waivers", "book", "case", "result"])
def test_schema(run: Run, kind: str) -> None:
    ending = run("schema", kind)
    assert ending.code == 0, ending.err
    schema = json.loads(ending.out)
    assert schema["properties"]["fairoffer"]["const"] == f"{kind}/1"
    assert schema["$schema"].startswith("https://json-schema.org/")


def test_the_columns_that_conditions_may_read(run: Run) -> None:
    from fairoffer.model.columns import TABLES

    ending = run("schema", "columns")
    assert ending.code == 0, ending.err
    lines = [line.split(maxsplit=3) for line in ending.out.splitlines()]
    assert lines[0] == ["column", "table", "type", "meaning"]
    shown = {(line[0], line[1]): (line[2], line[3]) for line in lines if len(line) == 4}
    for table, columns in TABLES.items():
        for column in columns:
            own = shown.get((column.name, table)) or shown[column.name, "customers"]
            assert own == (column.type, column.says)
    assert ("shows_<item>", "notices") in shown
    assert ("like_<key>", "customers") in shown


def test_an_unknown_kind(run: Run) -> None:
    ending = run("schema", "catalogue")
    assert ending.code == 2
    assert "catalog" in ending.err


def test_convert_needs_no_inputs_and_changes_nothing(run: Run, make_audit: Make, saved: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.html"
    assert run("audit", make_audit(), "--as-of", "2026-11-21", "-o", first).code == 1
    for path in make_audit().iterdir():
        path.unlink()
    again = tmp_path / "again.html"
    assert run("convert", saved, "-o", again, "--quiet").code == 0
    assert again.read_bytes() == first.read_bytes()
    assert run("convert", saved, "-o", "json=-").out.encode() == saved.read_bytes()
    assert run("convert", saved).out.splitlines()[0].lower().startswith("failed")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"fairoffer": "result/2"}', '{"fairoffer": "result/1"}', "fairoffer: catalog/1"]
)
def test_convert_of_something_else(run: Run, tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    ending = run("convert", path, "-o", tmp_path / "a.html")
    assert ending.code == 3
    assert "other.json" in ending.err
    assert not (tmp_path / "a.html").exists()


def test_convert_over_its_own_result(run: Run, saved: Path) -> None:
    before = saved.read_bytes()
    assert run("convert", saved, "-o", f"html={saved}").code == 2
    assert saved.read_bytes() == before


def test_hostile_names_do_not_reach_the_terminal(run: Run, make_audit: Make, tmp_path: Path) -> None:
    name = '"Fibre \\u001b[2J\\u001b]0;gone\\u0007 \\u202eevil <script>alert(1)</script> =cmd|x"'
    place = make_audit(CATALOG.replace("  - id: welcome\n", f"  - id: welcome\n    name: {name}\n"))
    result = tmp_path / "hostile.json"
    ending = run("audit", place, "--as-of", "2026-11-21", "-o", result, "-o", tmp_path / "a.html")
    assert ending.code == 1, ending.err
    shown = [ending.out, ending.err, run("audit", place, "--plan").out]
    shown += [run("explain", finding.id, result).out for finding in Result.load(result).findings]
    for text in shown:
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "<script>alert" not in (tmp_path / "a.html").read_text("utf-8")


@pytest.fixture
def of_book(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "book.json"
    assert run("audit", PLACE.parent, "--as-of", "2026-11-21", "-o", path).code == 1
    return path


def test_a_finding_on_a_group_of_a_book(run: Run, of_book: Path) -> None:
    (finding,) = (one for one in Result.load(of_book).findings if one.tenure_months and one.tenure_months.from_ == 60)
    ending = run("explain", finding.id, of_book)
    assert ending.code == 0, ending.err
    text = " ".join(ending.out.split())
    for part in (
        "tenure 60 months or more",
        "customers 40",
        "existing what was set 365.40 GBP",
        "comparator a new customer 305.40 GBP",
        "40 of 50 customers worse off by more than allowed (80%); gross GBP 2,400; net GBP 2,160",
        "365.40 − 305.40 (means of those worse off) = 60.00",
        "with what others of the 50 gain, and with what is allowed = 2160.00",
        "largest gap 60.00 GBP a year on core_price",
        "comparator: a quote on the customer's own row",
        "each customer is compared alone",
    ):
        assert part in text
    assert "traits" not in text
    assert "HB0" not in text


def test_a_rise_with_tenure_of_a_book(run: Run, of_book: Path) -> None:
    (finding,) = (one for one in Result.load(of_book).findings if one.check == "price-walk")
    ending = run("explain", finding.id, of_book)
    assert ending.code == 0, ending.err
    assert f"rise {finding.gap}%, 95% interval {finding.gap_least}% to {finding.gap_max}%" in ending.out
    assert "least gap among its cells" not in ending.out


@pytest.mark.parametrize(
    "name, says",
    [
        ("default-gap", "Findings are of a product, place and band of tenure, never of a customer"),
        ("best-offer/by-default", "Every row is compared alone"),
        ("price-walk", "even the low end of its 95% interval"),
        ("roll-over", "asks nothing of a book of customers"),
        ("due", "asks nothing of a book of customers"),
        ("condition", "Every row is looked at alone"),
    ],
)
def test_what_is_asked_of_a_book(run: Run, name: str, says: str) -> None:
    ending = run("explain", name)
    assert ending.code == 0, ending.err
    assert "on a book of customers" in ending.out
    assert says in " ".join(ending.out.split())
