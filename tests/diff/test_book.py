"""A book of customers in a diff: the same customers under two catalogs, mappings or policies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fairoffer.cli.main import main
from fairoffer.diff import BaseError, diff
from fairoffer.errors import UsageError
from fairoffer.model.result import Result
from tests.diff.repo import DAY, commit, make, replace, states, told, write

CATALOG = """\
fairoffer: catalog/1
id: small
currency: GBP
attributes:
  channel: {choice: true, values: [web, phone]}
  region: {values: [north, south]}
products:
  - {id: fibre, type: broadband}
  - {id: cable, type: broadband}
offers:
  - {id: welcome, product: fibre, audience: new, price: [{amount: "25.00", per: month}]}
  - {id: standard, product: fibre, audience: existing, price: [{amount: "32.00", per: month}]}
"""
POLICY = """\
fairoffer: policy/1
id: ours
compare: {with: new-customer, like_for_like: [product], months: [12]}
rules:
  - {id: by-default, check: default-gap, terms: [total_cost], level: house}
"""
BOOK = """\
fairoffer: book/1
source: customers.csv
comparator: catalog
columns:
  customer: id
  product: {column: plan, map: {F: fibre}}
  like: {region: region}
  tenure_months: months
  price: price
  per: {value: month}
"""
# 20 of 24 to 59 months, half in the north, pay 30.00; 20 of 1 to 11 months pay 25.00, as a stranger would.
ROWS = [("30.00", 30, n) for n in range(20)] + [("25.00", 5, n) for n in range(20, 40)]
CUSTOMERS = "id,plan,region,months,price\n" + "".join(
    f"ZZMARK{n:04},F,{'north' if n % 2 else 'south'},{months},{price}\n" for price, months, n in ROWS
)
FILES = {"catalog.yaml": CATALOG, "policy.yaml": POLICY, "book.yaml": BOOK, ".gitignore": "*.csv\n*.json\n"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository with an audit in it, and the customers beside, in no commit."""
    return write(make(tmp_path / "repo", FILES), {"customers.csv": CUSTOMERS})


def test_nothing_changed(place: Path) -> None:
    result = told(place)
    assert states(result) == {"unchanged": 1, "failing": 0}
    assert result.verdict == "passed"
    assert "Both sides were judged on the customers as they are now: the base holds none." in result.reasons
    assert result.book is not None
    assert result.book.rows == 40


def test_a_cheaper_welcome_worsens_one_group_and_introduces_another(place: Path) -> None:
    replace("catalog.yaml", ('"25.00"', '"24.00"'))(place)
    result = told(place)
    assert states(result) == {"introduced": 1, "worsened": 1, "failing": 2}
    worse = next(one for one in result.findings if one.state == "worsened")
    assert (worse.gap_before, worse.gap, worse.book and worse.book.worse) == ("60.00", "72.00", 20)
    commit(place)
    replace("catalog.yaml", ('"24.00"', '"26.00"'))(place)
    assert states(told(place)) == {"fixed": 1, "improved": 1, "failing": 0}


def test_more_customers_with_the_same_largest_gap_are_worse(place: Path) -> None:
    replace("catalog.yaml", ("audience: new,", "audience: new, eligibility: {region: [north]},"))(place)
    commit(place, "south had no welcome")
    replace("catalog.yaml", (" eligibility: {region: [north]},", ""))(place)
    (found,) = told(place).findings
    assert found.state == "worsened"
    assert found.gap_before == found.gap == "60.00"
    assert found.book is not None
    assert found.book.worse == 20


def test_rows_that_nobody_sees_any_more_fail_though_their_group_is_still_there(place: Path) -> None:
    replace("catalog.yaml", ("audience: new,", "audience: new, eligibility: {region: [north]},"))(place)
    result = told(place)
    # Half of the group is hidden: what is left of the finding is no comfort.
    assert states(result) == {"improved": 1, "lost-sight": 2, "failing": 2}
    assert result.base is not None
    assert [one.says for one in result.base.others] == [
        "10 rows of this group were compared at the base and can no longer be: no-comparator."
    ] * 2
    assert [(one.customers, one.rows, one.lost) for one in result.base.others] == [(10, 10, 10)] * 2
    assert sorted(one.tenure_months.from_ or 0 for one in result.base.others if one.tenure_months) == [1, 24]
    assert not any("fails nothing here" in reason for reason in result.reasons)


def test_a_column_that_is_no_longer_mapped_is_lost_sight(place: Path) -> None:
    replace("book.yaml", ("  price: price\n", "  paid: price\n"))(place)
    result = told(place)
    assert result.exit_code == 1
    assert set(states(result)) == {"lost-sight", "failing"}


def test_a_book_that_is_gone_is_lost_sight(place: Path) -> None:
    (place / "book.yaml").unlink()
    result = told(place)
    assert result.base is not None
    assert [(one.state, one.reason, one.fails) for one in result.base.others] == [("lost-sight", "no-data", True)]


def test_groups_under_other_bands_are_new_ones(place: Path) -> None:
    replace("book.yaml", ("comparator: catalog\n", "comparator: catalog\nbands: [1, 24]\n"))(place)
    assert states(told(place)) == {"introduced": 1, "removed": 1, "failing": 1}


def test_the_mapping_of_the_base_is_used_for_the_base(place: Path) -> None:
    replace("book.yaml", ("  price: price\n", '  price: {column: price, unit: "1.1"}\n'))(place)
    result = told(place)
    assert states(result) == {"introduced": 1, "worsened": 1, "failing": 2}


def test_customers_that_are_not_there_any_more(place: Path) -> None:
    (place / "customers.csv").rename(place / "november.csv")
    replace("book.yaml", ("customers.csv", "november.csv"))(place)
    with pytest.raises(BaseError) as caught:
        told(place)
    (problem,) = caught.value.problems
    assert (problem.path, problem.line, problem.column, problem.where) == ("base:HEAD:offers/book.yaml", 2, 9, "source")
    assert problem.message.startswith("customers.csv: these customers are not there now")


def test_a_column_that_the_base_wants_and_is_not_there_now(place: Path) -> None:
    (place / "customers.csv").write_text(CUSTOMERS.replace(",price\n", ",amount\n"), encoding="utf-8")
    replace("book.yaml", ("  price: price\n", "  price: amount\n"))(place)
    with pytest.raises(BaseError, match=r"base:HEAD:offers/book.yaml:9:10: columns.price: unknown column 'price'"):
        told(place)


def test_customers_that_a_commit_holds_are_those_of_the_base(place: Path) -> None:
    """Prices in the table are raised, and nothing else: that is what the change does."""
    (place / ".gitignore").unlink()
    commit(place, "with customers")
    (place / "customers.csv").write_text(CUSTOMERS.replace("30.00", "31.00"), encoding="utf-8")
    result = told(place)
    assert states(result) == {"worsened": 1, "failing": 1}
    assert any(reason.startswith("The base was made of other customers") for reason in result.reasons)
    commit(place)
    assert states(told(place)) == {"unchanged": 1, "failing": 0}


def test_customers_in_folders_of_a_commit(place: Path) -> None:
    (place / ".gitignore").unlink()
    (place / "customers.csv").unlink()
    replace("book.yaml", ("source: customers.csv", 'source: "../data/*/part.csv"'))(place)
    write(place.parent, {"data/a/part.csv": CUSTOMERS, "data/a/notes.txt": "none of them"})
    commit(place.parent)
    write(place.parent, {"data/a/part.csv": CUSTOMERS.replace("30.00", "29.00")})
    assert states(told(place)) == {"improved": 1, "failing": 0}


def test_two_directories_each_with_its_own_customers(place: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", {**FILES, "customers.csv": CUSTOMERS.replace("30.00", "31.00")})
    result = told(place, str(other))
    assert states(result) == {"improved": 1, "failing": 0}
    assert "other customers" in " ".join(result.reasons)


def test_a_directory_without_customers_is_judged_on_those_of_now(place: Path, tmp_path: Path) -> None:
    result = told(place, str(write(tmp_path / "other", FILES)))
    assert states(result) == {"unchanged": 1, "failing": 0}
    assert "other customers" not in " ".join(result.reasons)


def test_a_saved_result_of_other_customers_says_so_and_data_alone_fails_nothing(place: Path) -> None:
    assert main(["audit", str(place), "--as-of", DAY.isoformat(), "-q", "-o", str(place / "before.json")]) == 1
    rows = CUSTOMERS.splitlines(keepends=True)
    broken = [*rows[:-5], *(row.replace("25.00", "see letter") for row in rows[-5:])]
    (place / "customers.csv").write_text("".join(broken), encoding="utf-8")
    result = told(place, str(place / "before.json"))
    assert states(result) == {"lost-sight": 1, "unchanged": 1, "failing": 0}
    assert any(reason.startswith("The base was made of other customers") for reason in result.reasons)


def test_a_policy_that_changes_is_judged_on_the_book_too(place: Path) -> None:
    replace("policy.yaml", ("level: house}", 'level: house, tolerance: {money: "100.00"}}'))(place)
    result = told(place)
    assert result.base is not None
    assert [(one.state, one.gap) for one in result.base.policy_drops] == [("dropped", "60.00")]


def test_a_book_is_judged_on_one_day(place: Path) -> None:
    with pytest.raises(UsageError, match="judged on one day"):
        diff(place, "HEAD", as_of=DAY, through=date(2027, 1, 31))


def test_no_customer_is_named_in_any_output(place: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    replace("catalog.yaml", ("audience: new,", "audience: new, eligibility: {region: [north]},"))(place)
    names = ["r.html", "r.json", "r.csv", "r.md", "r.sarif", "junit=r.xml", "gitlab=g.json"]
    outputs = [
        part for name in names for part in ("-o", name.replace("r.", f"{tmp_path}/r.").replace("=g", f"={tmp_path}/g"))
    ]
    assert main(["diff", str(place), "--against", "HEAD", "--as-of", DAY.isoformat(), *outputs]) == 1
    shown = "".join(capfd.readouterr())
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert len(written) == len(names)
    assert "ZZMARK" not in shown
    assert [path.name for path in written if b"ZZMARK" in path.read_bytes()] == []
    assert Result.load(tmp_path / "r.json").base is not None


def test_an_output_never_takes_the_place_of_the_customers(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["diff", str(place), "--against", "HEAD", "--as-of", DAY.isoformat(), "-o", str(place / "customers.csv")]
    )
    assert code == 2
    assert (place / "customers.csv").read_text(encoding="utf-8") == CUSTOMERS
    assert "customers.csv" in capfd.readouterr().err
