"""``book.yaml``: what it may say, where its values stand, and what an audit makes of it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from fairoffer.errors import InputError
from fairoffer.model.inputs import Inputs, load_inputs
from fairoffer.model.mapping import BookMap
from fairoffer.source import read_yaml

CATALOG = """\
fairoffer: catalog/1
id: c
supplier: Example
currency: GBP
attributes:
  region: {values: [north, south]}
  age: {type: integer, from: 18, to: 120}
terms: {speed_mbps: {unit: Mbit/s, better: higher}}
"""
BOOK = """\
fairoffer: book/1
source: customers.parquet
money: "0.01"
bands: [1, 12, 60]
unique: customer
columns:
  customer: customer_id
  product: {column: plan, map: {F100: fibre-100, F500: fibre-500}}
  product_type: {value: broadband}
  tenure_months: {since: joined_on}
  price: {column: annual_price, unit: "1"}
  per: {value: year}
  vulnerable: {column: vuln, "true": [Y, y], "false": N}
  like: {region: region}
  attributes: {age: age}
  contract: {months: term_months}
  renewal: {after_old: is_renewal}
  previous: {price: last_price}
  facts: {loyal_club: in_club}
  fees: {setup: {column: setup_fee, when: month, absent: none}}
  incentives: {gift_card: {column: gift, cash_equivalent: true, funded: gift_cost}}
  addons: {cover: cover_price}
  parts: {insurer: {column: insurer_part, absent: none}}
  tax: {included: {value: true}, rate: vat}
  terms: {speed_mbps: speed}
  quotes:
    - {basis: new-customer, price: quote_new, fees: {setup: {column: quote_setup}}}
    - {basis: best-open, price: quote_open, like: {region: quote_region}}
"""


def load(directory: Path, book: str = BOOK, catalog: str = CATALOG) -> Inputs:
    (directory / "catalog.yaml").write_text(catalog, "utf-8")
    (directory / "book.yaml").write_text(book, "utf-8")
    return load_inputs(directory)


@pytest.fixture
def mapped(tmp_path: Path) -> BookMap:
    found = load(tmp_path).mapped
    assert found is not None
    return found


def test_a_directory_with_a_book_needs_no_offers(tmp_path: Path) -> None:
    inputs = load(tmp_path)
    assert inputs.mapped is not None
    assert inputs.book is None
    assert [(file.path, file.kind) for file in inputs.files][:2] == [("catalog.yaml", "catalog"), ("book.yaml", "book")]


@pytest.mark.parametrize(
    "source, warned",
    [("book.csv", ["other.csv"]), ("./bo*.csv", ["other.csv"]), ("**/*.csv", []), ("book", ["book.csv", "other.csv"])],
)
def test_the_files_of_the_book_are_no_unknown_files(tmp_path: Path, source: str, warned: list[str]) -> None:
    for name in ("book.csv", "other.csv"):
        (tmp_path / name).write_text("a\n1\n")
    inputs = load(tmp_path, BOOK.replace("source: customers.parquet", f'source: "{source}"'))
    assert [problem.path for problem in inputs.warnings] == warned


def test_a_directory_without_a_book_maps_none(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text(
        CATALOG + "products: [{id: p, type: x}]\noffers: [{id: o, product: p, price: [{amount: '1', per: month}]}]\n"
    )
    assert load_inputs(tmp_path).mapped is None


def test_a_book_compared_with_the_catalog_needs_offers(tmp_path: Path) -> None:
    book = "fairoffer: book/1\nsource: x.csv\ncomparator: catalog\ncolumns: {product: p, price: q}\n"
    with pytest.raises(InputError, match="there are no offers to audit"):
        load(tmp_path, book)


def test_paths_are_those_of_a_row(mapped: BookMap) -> None:
    columns = {leaf.path: leaf.column.header for leaf in mapped.leaves()}
    assert columns == {
        "customer": "customer_id",
        "product": "plan",
        "product_type": None,
        "tenure_months": "joined_on",
        "price": "annual_price",
        "per": None,
        "vulnerable": "vuln",
        "like.region": "region",
        "attributes.age": "age",
        "contract.months": "term_months",
        "renewal.after_old": "is_renewal",
        "previous.price": "last_price",
        "facts.loyal_club": "in_club",
        "fees.setup": "setup_fee",
        "incentives.gift_card": "gift",
        "incentives.gift_card.funded": "gift_cost",
        "addons.cover": "cover_price",
        "parts.insurer": "insurer_part",
        "tax.included": None,
        "tax.rate": "vat",
        "terms.speed_mbps": "speed",
        "quotes.0.price": "quote_new",
        "quotes.0.fees.setup": "quote_setup",
        "quotes.1.price": "quote_open",
        "quotes.1.like.region": "quote_region",
    }


def test_every_path_is_a_field_of_a_row(mapped: BookMap) -> None:
    """What can be mapped is what a row can say: nothing is called otherwise here than there."""
    from fairoffer.model.book import BookRow, Quote
    from fairoffer.model.mapping import QuoteMap, RowMap

    assert set(RowMap.model_fields) - {"attributes", "currency"} <= set(BookRow.model_fields)
    assert set(QuoteMap.model_fields) == set(Quote.model_fields)


def test_what_is_left_out_has_its_default(mapped: BookMap) -> None:
    assert (mapped.comparator, mapped.k, mapped.bands, mapped.money) == ("quoted", 10, (1, 12, 60), Decimal("0.01"))
    assert mapped.columns.addons is not None
    assert (mapped.columns.addons["cover"].absent, mapped.columns.quotes[0].label) == ("unknown", None)


@pytest.mark.parametrize("k, message", [("0", "must be at least 1: 1 merges no group"), ("-1", "must not be negative")])
def test_groups_have_a_size(tmp_path: Path, k: str, message: str) -> None:
    with pytest.raises(InputError, match=f"book.yaml:3:4: k: {message}"):
        load(tmp_path, BOOK.replace('money: "0.01"', f"k: {k}"))
    found = load(tmp_path, BOOK.replace('money: "0.01"', "k: 5000")).mapped
    assert found is not None
    assert found.k == 5_000


def test_one_word_may_stand_for_false(mapped: BookMap) -> None:
    assert mapped.columns.vulnerable is not None
    assert (mapped.columns.vulnerable.true_, mapped.columns.vulnerable.false_) == (("Y", "y"), ("N",))


@pytest.mark.parametrize(
    "path, place",
    [
        ("customer", "book.yaml:7:13: columns.customer: here"),
        ("product", "book.yaml:8:21: columns.product.column: here"),
        ("product_type", "book.yaml:9:25: columns.product_type.value: here"),
        ("tenure_months", "book.yaml:10:26: columns.tenure_months.since: here"),
        ("incentives.gift_card.funded", "book.yaml:21:73: columns.incentives.gift_card.funded: here"),
        ("quotes.0.fees.setup", "book.yaml:27:70: columns.quotes[0].fees.setup.column: here"),
    ],
)
def test_a_fault_stands_where_the_column_is_named(mapped: BookMap, path: str, place: str) -> None:
    leaf = next(leaf for leaf in mapped.leaves() if leaf.path == path)
    assert str(mapped.column_problem(leaf, "here")) == place


def test_a_map_that_was_made_in_code_has_no_place() -> None:
    mapped = BookMap.model_validate({"source": "x.csv", "columns": {"price": "p"}})
    assert str(mapped.column_problem(next(mapped.leaves()), "here")) == "book.yaml: columns.price: here"
    assert mapped.at(("source",)) == "book.yaml"


def test_the_schema_takes_what_the_loader_takes(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK, "utf-8")
    read = read_yaml(tmp_path / "book.yaml", "book.yaml", [])
    assert read is not None
    schema = BookMap.model_json_schema(by_alias=True)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json.dumps(read[0].data)), schema)


def test_the_url_of_a_database_is_never_printed(tmp_path: Path) -> None:
    source = 'source: {sql: SELECT 1, url: "postgresql://me:hunter2@host/db"}'
    with pytest.raises(InputError) as caught:
        load(tmp_path, BOOK.replace("source: customers.parquet", source))
    assert "hunter2" not in str(caught.value)
    assert "NAME of an environment variable" in str(caught.value)


def test_a_fact_for_every_row_is_of_the_type_that_a_policy_wants(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "fairoffer: policy/1\nid: own\nfacts: {loyal_club: boolean}\n"
        "rules: [{id: a, check: default-gap, terms: [cost], level: house}]\n"
    )
    book = BOOK.replace("facts: {loyal_club: in_club}", "facts: {loyal_club: {value: perhaps}}")
    with pytest.raises(InputError, match=r"book.yaml:19:23: columns.facts.loyal_club.* must be true or false"):
        load(tmp_path, book)


def test_the_page_on_books_names_every_path_and_its_example_is_read(root: Path, tmp_path: Path) -> None:
    from fairoffer.model.mapping import ContractMap, PreviousMap, RenewalMap, RowMap

    page = (root / "docs" / "book.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert load(tmp_path, example).mapped is not None
    groups = {"contract": ContractMap, "previous": PreviousMap, "renewal": RenewalMap}
    paths = [f"{group}.{name}" for group, model in groups.items() for name in model.model_fields]
    paths += [name for name in RowMap.model_fields if name not in groups]
    missing = [path for path in paths if f"`{path}" not in page]
    assert missing == []
