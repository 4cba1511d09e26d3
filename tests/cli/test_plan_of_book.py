"""`fairoffer audit --plan` on a book: its source, its columns, who is compared with whom; no row is judged."""

from __future__ import annotations

from pathlib import Path

from fairoffer.book.synth_market import Plan
from fairoffer.cli.audit import Status
from tests.book.books import MAPPING, synthetic
from tests.cli.command import Run
from tests.customer_book import PLACE

DAY = ("--as-of", "2026-11-21", "--plan")


def said(text: str, heading: str) -> dict[str, str]:
    """The lines under a heading, by their names."""
    part = next(part for part in text.split("\n\n") if part.startswith(f"{heading}\n"))
    found: dict[str, str] = {}
    name = ""
    for line in part.splitlines()[1:]:
        if line[2] != " ":
            name, _, line = line.strip().partition(" ")
            found[name] = ""
        found[name] = f"{found[name]} {line.strip()}".strip()
    return found


def test_the_demo(run: Run) -> None:
    ending = run("audit", PLACE.parent, *DAY)
    assert (ending.code, ending.err) == (0, "")
    book = said(ending.out, "book of customers: customers.csv")
    assert book["rows"] == "not known before they are read"
    assert book["comparator"] == "quoted on each row: new-customer"
    columns = said(ending.out, "columns")
    assert columns["product"] == "column plan (map of 2 values)"
    assert columns["per"] == "always month"
    assert columns["quotes.0.price"] == "column newcomer_pence"
    rule = said(ending.out, "harbour-book/same-price")
    assert (rule["check"], rule["terms"], rule["equal"]) == ("default-gap", "core_price", "product, channel")
    assert "assumed" not in rule
    assert ending.out.endswith("No row was judged, and no verdict was reached.\n")
    assert "HB0" not in ending.out
    assert "everyone" not in ending.out


def test_what_the_book_does_not_say(run: Run, tmp_path: Path) -> None:
    mapping = MAPPING.replace("  payment_method: payment_method\n", "").replace("  vulnerable: vulnerable\n", "")
    place = synthetic(tmp_path, Plan(rows=50, seed=1), mapping)
    ending = run("audit", place, *DAY, "--policy", "uk-fca-icobs-6b")
    assert ending.code == 0, ending.err
    book = said(ending.out, "book of customers: customers.parquet")
    assert book["rows"] == "50"
    unmapped = book["not"].removeprefix("mapped ").split(", ")
    assert {"payment_method", "vulnerable", "paid"} < set(unmapped)
    rule = said(ending.out, "uk-fca-icobs-6b/renewal-price")
    assert "payment_method: not mapped, taken to be equal" in rule["assumed"]
    unknown = rule["not"].removeprefix("known ")
    assert "renewal_encouraged" in unknown
    assert "renewal_notice" not in unknown
    fees = said(ending.out, "uk-fca-icobs-6b/renewal-fees")
    assert fees == {"not": "asked  the book maps no column that it could be measured by"}


def test_a_fault_of_the_mapping_is_told_before_anything_runs(run: Run, tmp_path: Path) -> None:
    place = synthetic(tmp_path, Plan(rows=50, seed=1), MAPPING.replace("price: price\n", "price: prise\n"))
    ending = run("audit", place, *DAY)
    assert (ending.code, ending.out) == (3, "")
    assert "columns.price: unknown column 'prise'; did you mean 'price'?" in ending.err


def test_progress_says_what_is_done_and_how_fast() -> None:
    status = Status("reading and comparing")
    status.rows(500, 1_000)
    assert "reading and comparing: 500 of 1,000 (50%) rows, " in str(status._spinner.status)
    assert str(status._spinner.status).endswith(" a second")
    status.rows(1_500, None)
    assert "reading and comparing: 1,500 rows, " in str(status._spinner.status)
