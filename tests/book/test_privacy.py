"""Marker ids and names seeded into a book are in nothing that is written, but in rows asked for with clear ids."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from fairoffer.cli.main import main

MARK = "zzmark"
SUFFIXES = ("html", "json", "csv", "md", "sarif", "parquet")
NAMED = ("junit", "gitlab", "github")
DAY = ("--as-of", "2026-11-21")
CATALOG = """\
fairoffer: catalog/1
id: private
supplier: Example
currency: GBP
value_tiers: [low, high]
attributes:
  channel: {choice: true, values: [web, phone]}
products: [{id: A, type: motor}, {id: B, type: motor}]
offers: [{id: a-new, product: A, audience: new, price: [{amount: "10.00"}]}]
"""
POLICY = """\
fairoffer: policy/1
id: own
facts: {club: boolean, mail: text}
compare: {with: new-customer, like_for_like: [product, channel, payment_method, brand, street, mail]}
rules:
  - {id: gap, check: default-gap, terms: [core_price, total_cost], level: house}
  - {id: reach, check: reach-gap, terms: [total_cost], level: house}
  - {id: walk, check: price-walk, terms: [core_price], level: house}
  - {id: fee, check: component-gap, terms: [fees], level: house}
  - {id: bears, check: concentration, terms: [core_price], level: review}
  - {id: one-rate, check: uniform-rate, terms: [core_price], level: review, over: 12}
  - {id: club, check: condition, table: customers, condition: "club AND price > 3", level: house}
"""
MAPPING = """\
fairoffer: book/1
source: c.csv
unique: customer
columns:
  customer: id
  supplier: supplier
  brand: brand
  product: product
  product_type: kind
  tenure_months: tenure
  vulnerable: {column: vulnerable, "true": [Y], "false": [N]}
  value_tier: tier
  channel: channel
  payment_method: pays
  risk: risk
  rating: rating
  like: {street: street}
  facts: {club: club, mail: mail}
  price: price
  per: {value: month}
  currency: currency
  contract: {months: months}
  on: day
  fees: {setup: {column: fee, absent: none}}
  quotes: [{basis: new-customer, price: quote, risk: risk}]
"""
ROWS = 240
SPOILED = ("price", "tenure", "vulnerable", "tier", "channel", "club", "currency", "months", "day", "fee", "quote")
"""Columns that hold a name on one row, where a name cannot be read."""
ONCE = ("product", "kind", "supplier", "brand", "pays", "rating")
"""Columns that hold a name on one row, where a name is as good as any text."""


def customer(number: int) -> dict[str, str]:
    """A row that may be judged; ids, names, mails, streets and risks are markers."""
    row = {
        "id": f"ZZMARK-ID-{number:05}",
        "name": f"ZZMARK Jane Doe {number}",
        "mail": f"ZZMARK{number}@example.org",
        "street": f"ZZMARK Lane {number}",
        "risk": f"ZZMARK-RISK-{number % 40}",
        "supplier": "S",
        "brand": "b",
        "product": "AB"[number % 2],
        "kind": "motor",
        "rating": "r1",
        "tier": "low",
        "tenure": str(1 + number % 80),
        "vulnerable": "NY"[number % 2],
        "channel": "web",
        "pays": "debit",
        "club": "true",
        "price": str(10 + number % 7),
        "currency": "GBP",
        "months": "12",
        "day": "2026-11-01",
        "fee": "1",
        "quote": "10",
    }
    spoiled = dict(enumerate((*SPOILED, *ONCE), start=200)).get(number)
    return row if spoiled is None else {**row, spoiled: f"ZZMARK-{spoiled}"}


def table() -> pl.DataFrame:
    return pl.DataFrame([customer(number) for number in range(ROWS)])


def directory(place: Path, mapping: str = MAPPING) -> Path:
    place.mkdir()
    files = {"catalog.yaml": CATALOG, "policy.yaml": POLICY, "book.yaml": mapping, "c.csv": table().write_csv()}
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


def outputs(folder: Path, name: str) -> list[str]:
    """Every format that there is, into a folder."""
    folder.mkdir(exist_ok=True)
    plain = [["-o", str(folder / f"{name}.{suffix}")] for suffix in SUFFIXES]
    return [
        text for pair in (*plain, *(["-o", f"{kind}={folder / f'{name}.{kind}'}"] for kind in NAMED)) for text in pair
    ]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An audited book with everything that can be made of it beside."""
    top = tmp_path_factory.mktemp("private")
    directory(top / "book")
    out = top / "out"
    code = main(["audit", str(top / "book"), *DAY, *outputs(out, "audit"), "--rows", str(top / "rows.parquet")])
    assert code == 1
    result = json.loads((out / "audit.json").read_text(encoding="utf-8"))
    assert result["findings"]
    assert sum(one["count"] for one in result["book"]["unread"]) >= len(SPOILED)
    saved = str(out / "audit.json")
    assert main(["convert", saved, *outputs(out, "again")]) == 0
    assert main(["evidence", saved, "-o", str(top / "pack.zip")]) == 0
    with zipfile.ZipFile(top / "pack.zip") as pack:
        pack.extractall(out / "pack")
    base = directory(top / "base", MAPPING.replace("quote, risk", "price, risk"))
    assert main(["diff", str(top / "book"), *DAY, "--against", str(base), *outputs(out, "diff")]) in (0, 1, 4)
    assert main(["diff", str(top / "book"), *DAY, "--against", saved, *outputs(out, "since")]) in (0, 1, 4)
    return top


def texts(path: Path) -> Iterator[str]:
    """What a file holds, values of every column of a table among it."""
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        yield " ".join(frame.columns)
        yield json.dumps(frame.to_dicts(), default=str)
    else:
        yield path.read_bytes().decode("utf-8", "replace")


def test_no_file_holds_a_marker(written: Path) -> None:
    files = [path for path in (written / "out").rglob("*") if path.is_file()]
    kinds = {path.suffix for path in files}
    assert {f".{kind}" for kind in (*SUFFIXES, *NAMED)} <= kinds
    assert any("comparisons.csv" in path.name for path in files)
    assert [path.name for path in files for text in texts(path) if MARK in text.lower()] == []


def test_the_pack_holds_no_customers(written: Path) -> None:
    with zipfile.ZipFile(written / "pack.zip") as pack:
        names = pack.namelist()
    assert not [name for name in names if "c.csv" in name or "book.yaml" in name]


def test_rows_hold_no_ids_unless_asked(written: Path) -> None:
    rows = pl.read_parquet(written / "rows.parquet").drop("product")
    assert rows.height
    assert rows["customer"].null_count() == 0
    assert MARK not in json.dumps(rows.to_dicts(), default=str).lower()


def test_rows_with_clear_ids_hold_ids_and_nothing_else(written: Path, tmp_path: Path) -> None:
    asked = tmp_path / "rows.parquet"
    assert main(["audit", str(written / "book"), *DAY, "--rows", str(asked), "--clear-ids"]) == 1
    rows = pl.read_parquet(asked)
    assert set(rows["customer"]) <= {customer(number)["id"] for number in range(ROWS)}
    assert MARK not in json.dumps(rows.drop("customer", "product").to_dicts(), default=str).lower()


def test_ids_of_two_runs_cannot_be_told_to_be_the_same_by_a_plain_hash(written: Path) -> None:
    hashed = set(pl.read_parquet(written / "rows.parquet")["customer"])
    ids = [customer(number)["id"].encode() for number in range(ROWS)]
    plain = {make(one).hexdigest() for one in ids for make in (hashlib.sha256, hashlib.md5, hashlib.blake2b)}
    short = {hashlib.blake2b(one, digest_size=16).hexdigest() for one in ids}
    assert not hashed & (plain | short)


def test_nothing_is_said_on_a_stream(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, saved = str(written / "book"), written / "out" / "audit.json"
    main(["audit", book, *DAY])
    main(["audit", book, *DAY, "--plan"])
    main(["verify", str(written / "pack.zip"), book])
    main(["convert", str(saved)])
    main(["diff", book, *DAY, "--against", str(saved)])
    main(["diff", book, *DAY, "--against", str(written / "base")])
    for finding in json.loads(saved.read_text(encoding="utf-8"))["findings"]:
        assert main(["explain", finding["id"], str(saved)]) == 0
    said = capsys.readouterr()
    assert "gap" in said.out
    assert MARK not in (said.out + said.err).lower()


NAMES_INSTEAD = {
    "price": "price: name",
    "tenure_months": "tenure_months: name",
    "tenure_months since": "tenure_months: {since: name}",
    "vulnerable": "vulnerable: name",
    "channel": "channel: name",
    "value_tier": "value_tier: name",
    "currency": "currency: name",
    "product": "product: {column: name, map: {A: A}}",
    "per": "per: name",
    "contract": "contract: {months: name}",
    "fees": "fees: {setup: name}",
}


@pytest.mark.parametrize("path", NAMES_INSTEAD)
def test_a_column_of_names_mapped_by_mistake(path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name where something else should be is counted, and told by the numbers of rows alone."""
    key = path.split()[0]
    lines = [line for line in MAPPING.splitlines() if not line.startswith(f"  {key}:")]
    lines.insert(lines.index("columns:") + 1, f"  {NAMES_INSTEAD[path]}")
    place = directory(tmp_path / "book", "\n".join(lines) + "\n")
    code = main(["audit", str(place), *DAY, "-o", str(tmp_path / "r.json")])
    said = capsys.readouterr()
    assert code in (1, 3, 4), said.err
    assert MARK not in (said.out + said.err).lower()
    if code != 3:
        text = (tmp_path / "r.json").read_text(encoding="utf-8")
        assert any(one["path"].startswith(key) for one in json.loads(text)["book"]["unread"])
        assert MARK not in text.lower()


@pytest.mark.parametrize("key", ["product", "risk", "rating", "brand", "supplier", "payment_method"])
def test_a_column_of_names_mapped_as_a_text(key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody is then a group of their own, and none of these may be named."""
    lines = [f"  {key}: name" if line.startswith(f"  {key}:") else line for line in MAPPING.splitlines()]
    place = directory(tmp_path / "book", "\n".join(lines) + "\n")
    main(["audit", str(place), *DAY, *outputs(tmp_path / "out", "audit")])
    said = capsys.readouterr()
    assert MARK not in (said.out + said.err).lower()
    files = [path for path in (tmp_path / "out").iterdir() for text in texts(path) if MARK in text.lower()]
    assert files == []


LAST = "ZZMARK-ID,ZZMARK Jane Doe"
DAMAGED = {
    "too many fields": f"{LAST},{',' * 40}\n",
    "an open quote": f'"{LAST}\n' + f"{LAST}\n" * 3,
    "not UTF-8": f"{LAST}\udce9,,\n",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_told_without_its_lines(
    damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = directory(tmp_path / "book")
    with (place / "c.csv").open("ab") as file:
        file.write(DAMAGED[damage].encode("utf-8", "surrogateescape"))
    assert main(["audit", str(place), *DAY]) == 3
    said = capsys.readouterr()
    assert f"c.csv:{ROWS + 2}:" in said.err
    assert MARK not in (said.out + said.err).lower()


@pytest.mark.parametrize(
    "line", ['{"id": "ZZMARK Jane Doe", ', '["ZZMARK Jane Doe"]', '{"id": "ZZMARK", "price": NaN}']
)
def test_a_damaged_line_of_json_is_told_without_it(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = directory(tmp_path / "book", MAPPING.replace("c.csv", "c.ndjson"))
    (place / "c.ndjson").write_text(table().write_ndjson() + line + "\n", encoding="utf-8")
    assert main(["audit", str(place), *DAY]) == 3
    said = capsys.readouterr()
    assert "c.ndjson" in said.err
    assert MARK not in (said.out + said.err).lower()
