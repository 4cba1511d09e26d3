"""Sources: the same rows out of every kind of file and a database, in portions; and what is said of bad ones."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fairoffer.book.sources import Source, open_source
from fairoffer.book.wide import Portion, reading
from fairoffer.errors import InputError, UsageError
from fairoffer.model.catalog import Catalog
from fairoffer.model.mapping import BookMap
from tests.book import postgres

CATALOG = Catalog.model_validate({"id": "c", "supplier": "Example", "currency": "GBP"})
COLUMNS = {
    "customer": "id",
    "price": "price",
    "product": "product",
    "vulnerable": "vulnerable",
    "tenure_months": {"since": "joined"},
    "paid": "paid",
    "renewal_no": "renewals",
}
ROWS = 10_000


def book() -> pl.DataFrame:
    """Customers with every kind of value, and holes in each."""
    number = pl.int_range(ROWS)
    hole = number % 97 == 5
    return pl.select(
        id=pl.format("c{}", number),
        price=pl.when(~hole).then((number * 7 % 100_000 + 99).cast(pl.Decimal(12, 2)) / 100).cast(pl.Decimal(12, 2)),
        product=pl.when(number % 89 != 3).then(pl.lit('fibre, "fast"')).otherwise(None),
        vulnerable=pl.when(number % 83 != 1).then(number % 10 == 0),
        joined=pl.date(2001, 1, 31) + pl.duration(days=number % 9_000),
        paid=pl.when(number % 79 != 2).then(number / 8),
        renewals=pl.when(number % 73 != 4).then((number % 30).cast(pl.Int16)),
    )


def mapped(source: Any, columns: dict[str, Any] | None = None) -> BookMap:
    return BookMap.model_validate({"source": source, "columns": columns or {"price": "a"}})


def portions(source: Source, how: BookMap, size: int) -> list[Portion]:
    """The wide portions of a source."""
    plan = reading(how, source.schema, CATALOG, date(2026, 11, 21))
    found: list[Portion] = []
    first = 1
    for raw in source.portions(plan.columns, size):
        assert 0 < raw.height <= size
        assert raw.columns == list(plan.columns)
        found.append(plan.wide(raw, first))
        first += raw.height
    return found


def whole(source: Source, how: BookMap, size: int = 3_000) -> pl.DataFrame:
    return pl.concat([portion.frame for portion in portions(source, how, size)])


@pytest.fixture(scope="module")
def expected() -> pl.DataFrame:
    """What the book reads as, straight from memory."""
    how = mapped("x", COLUMNS)
    return reading(how, book().schema, CATALOG, date(2026, 11, 21)).wide(book(), 1).frame


def write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    writers = {".parquet": frame.write_parquet, ".csv": frame.write_csv, ".ndjson": frame.write_ndjson}
    if path.suffix == ".arrow":
        frame.write_ipc(path)
    else:
        writers[path.suffix](path)


# The same rows.


@pytest.mark.parametrize("name", ["book.parquet", "book.csv", "book.ndjson", "book.arrow"])
def test_every_kind_of_file_reads_alike(tmp_path: Path, expected: pl.DataFrame, name: str) -> None:
    write(book(), tmp_path / name)
    how = mapped(name, COLUMNS)
    source = open_source(how, tmp_path)
    assert whole(source, how).equals(expected)
    assert source.files == (tmp_path / name,)
    assert source.rows == (ROWS if name.endswith((".parquet", ".arrow")) else None)


@pytest.mark.parametrize("suffix", ["parquet", "csv", "ndjson", "arrow"])
@pytest.mark.parametrize("source", ["book", "book/*", "book/part-*", "**/part-*"])
def test_many_files_are_one_book_in_the_order_of_their_names(
    tmp_path: Path, expected: pl.DataFrame, suffix: str, source: str
) -> None:
    for index, part in enumerate(book().iter_slices(1_500)):
        write(part, tmp_path / "book" / f"part-{index}.{suffix}")
    how = mapped(source, COLUMNS)
    found = open_source(how, tmp_path)
    assert len(found.files) == 7
    assert whole(found, how).equals(expected)


@pytest.mark.parametrize("size", [1, 7, 1_000, 100_000])
def test_portions_of_any_size_hold_the_same_rows(tmp_path: Path, size: int) -> None:
    frame = book().head(50)
    for index, part in enumerate(frame.iter_slices(9)):
        write(part, tmp_path / f"part-{index}.parquet")
    source = open_source(mapped("*.parquet"), tmp_path)
    found = list(source.portions(["id", "price"], size))
    assert max(part.height for part in found) <= size
    assert pl.concat(found).equals(frame.select("id", "price"))
    if size == 1_000:
        assert len(found) == 1


def test_folders_are_columns(tmp_path: Path) -> None:
    for year, country, values in ((2025, "north%20west", [1, 2]), (2026, "__HIVE_DEFAULT_PARTITION__", [3])):
        write(pl.DataFrame({"a": values}), tmp_path / f"book/year={year}/country={country}/x.parquet")
    (tmp_path / "book/_SUCCESS").touch()
    (tmp_path / "book/.x.parquet.crc").touch()
    source = open_source(mapped("book"), tmp_path)
    assert pl.concat(source.portions(["country", "a", "year"])).rows() == [
        ("north west", 1, "2025"),
        ("north west", 2, "2025"),
        (None, 3, "2026"),
    ]
    assert pl.concat(source.portions(["year"]))["year"].to_list() == ["2025", "2025", "2026"]


def test_a_folder_of_csv_files_says_columns_too(tmp_path: Path) -> None:
    write(pl.DataFrame({"a": ["1"]}), tmp_path / "book/year=2025/x.csv")
    assert pl.concat(open_source(mapped("book"), tmp_path).portions(["a", "year"])).rows() == [("1", "2025")]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "ndjson", "arrow"])
def test_brackets_in_a_name_are_no_pattern(tmp_path: Path, suffix: str) -> None:
    home = tmp_path / "books [1]"
    write(pl.DataFrame({"a": ["1"]}), home / f"x[2].{suffix}")
    for source in (f"x[2].{suffix}", f"*.{suffix}", f"./*.{suffix}", "."):
        found = open_source(mapped(source), home)
        assert pl.concat(found.portions(["a"])).rows() == [("1",)], source


def test_a_name_that_does_not_tell_the_kind(tmp_path: Path) -> None:
    book().head(3).write_csv(tmp_path / "customers.txt")
    with pytest.raises(InputError, match=r"customers.txt: the name does not tell what the file is"):
        open_source(mapped("customers.txt"), tmp_path)
    source = open_source(mapped({"files": "customers.txt", "format": "csv"}), tmp_path)
    assert pl.concat(source.portions(["id"]))["id"].to_list() == ["c0", "c1", "c2"]


def test_types_that_hold_the_values_of_all_files(tmp_path: Path) -> None:
    write(
        pl.DataFrame({"a": pl.Series([1], dtype=pl.Int32), "d": pl.Series(["1.5"]).cast(pl.Decimal(5, 1))}),
        tmp_path / "1.parquet",
    )
    write(pl.DataFrame({"a": [2.5], "d": pl.Series(["2.25"]).cast(pl.Decimal(9, 2)), "e": [1]}), tmp_path / "2.parquet")
    write(pl.DataFrame({"a": [None], "d": [None]}), tmp_path / "3.parquet")
    how = mapped("*.parquet", {"price": "a", "paid": "d"})
    assert whole(open_source(how, tmp_path), how).to_dict(as_series=False) == {
        "price": [10_000, 25_000, None],
        "paid": [15_000, 22_500, None],
    }


# Memory.


@pytest.mark.parametrize("suffix", ["parquet", "csv", "ndjson", "arrow"])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, suffix: str) -> None:
    """Three million rows in one file take little more than the first portion of them."""
    frame = pl.select(a=pl.int_range(3_000_000), b=pl.format("text of customer {}", pl.int_range(3_000_000)))
    write(frame, tmp_path / f"x.{suffix}")
    del frame
    script = textwrap.dedent(f"""
        import resource, sys
        from pathlib import Path
        from fairoffer.book.sources import open_source
        from fairoffer.model.mapping import BookMap
        how = BookMap.model_validate({{"source": "x.{suffix}", "columns": {{"price": "a", "customer": "b"}}}})
        rows, early = 0, 0
        for part in open_source(how, Path({str(tmp_path)!r})).portions(["a", "b"], 1 << 15):
            rows += part.height
            if rows >= 300_000 and not early:
                early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(rows, early, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    """)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    rows, early, late = map(int, ended.stdout.split())
    assert rows == 3_000_000
    # A mapped file counts as far as it was read, though its pages can be dropped at any time.
    mapped_pages = (tmp_path / f"x.{suffix}").stat().st_size // 1024
    assert late - early < 60_000 + mapped_pages, (early, late)


# Bad files.


def test_a_pattern_that_matches_nothing_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"book.yaml: source: 'x/\*.csv' matches no file"):
        open_source(mapped("x/*.csv"), tmp_path)


@pytest.mark.parametrize(
    "source, message",
    [
        ("nowhere.csv", "there is no file or directory 'nowhere.csv'"),
        ("a\0b.csv", "there is no file or directory"),
        ("empty", r"the directory 'empty' holds no file of customers \(.parquet"),
        ("folder.csv", r"the directory 'folder.csv' holds no file of customers"),
    ],
)
def test_nothing_is_there(tmp_path: Path, source: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/notes.txt").write_text("x")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=message):
        open_source(mapped(source), tmp_path)


SECRET = b"Jane Doe"


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("x.csv", b"", "x.csv: is empty"),
        ("x.csv", b"\n\n", "x.csv:1:1: has no header: the first line must hold the names of the columns"),
        ("x.csv", b"a,b,a\n1,2,3\n", "x.csv:1:1: has two columns with the name 'a'; rename one of them"),
        ("x.csv", "a,b\n1,2\n".encode("utf-16"), "x.csv:1:1: is UTF-16 text; save it as UTF-8"),
        ("x.csv", b"a,b\n1,2\n\xfcber,Jane Doe\n", "x.csv:3:1: is not UTF-8 text; save the file as UTF-8"),
        (
            "x.csv",
            b"a,b\n1,2\nJane Doe,2,3\n",
            "x.csv:3:1: has 3 fields, more than the header's 2; put texts with separators in quotes",
        ),
        (
            "x.csv",
            b'a,b\n1,2\n"Jane Doe,2\n3,4\n',
            'x.csv:3:1: a quoted text begins here that does not end as it should: check the "',
        ),
        ("x.csv", gzip.compress(b"a,b\n1,2\n"), "x.csv: is compressed; unpack it first"),
        ("x.ndjson", b"", "x.ndjson: is empty"),
        ("x.ndjson", b"\n\n", "x.ndjson: is empty"),
        ("x.ndjson", b"[" * 100_000, "x.ndjson:1:1: is not a JSON object; every line must be one"),
        ("x.ndjson", b'["Jane Doe"]\n', "x.ndjson:1:1: is not a JSON object; every line must be one"),
        (
            "x.ndjson",
            b'{"a": 1}\n' * 3_000 + b'{"a": "Jane Doe"\n',
            "x.ndjson:3001:1: is not a JSON object; every line must be one",
        ),
        (
            "x.ndjson",
            b'{"a": 1}\n' * 3_000 + b'{"a": "\xff"}\n',
            "x.ndjson:3001:1: is not UTF-8 text; save the file as UTF-8",
        ),
        ("x.parquet", b"PAR1", "x.parquet: cannot be read as Parquet: it is damaged, or is no Parquet file"),
        ("x.parquet", b"Jane Doe" * 99, "x.parquet: cannot be read as Parquet: it is damaged, or is no Parquet file"),
        ("x.arrow", b"ARROW1 Jane Doe", "x.arrow: cannot be read as Arrow IPC: it is damaged, or is no Arrow IPC file"),
    ],
)
def test_what_is_said_of_a_bad_file(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        list(open_source(mapped(name), tmp_path).portions(["a"]))
    assert str(caught.value) == message
    assert caught.value.exit_code == 3


def test_a_parquet_file_that_is_damaged_inside(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({"a": range(100_000)}).write_parquet(path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[100:2_000] = b"x" * 1_900
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x.parquet: cannot be read as Parquet"):
        list(open_source(mapped("x.parquet"), tmp_path).portions(["a"]))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that never can be read is a thing of Linux")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^/proc/self/mem: cannot be read: input/output error$"):
        open_source(mapped({"files": "/proc/self/mem", "format": "csv"}), tmp_path)


def test_files_that_differ(tmp_path: Path) -> None:
    write(pl.DataFrame({"a": [1], "b": [1], "c": [1]}), tmp_path / "1.parquet")
    write(pl.DataFrame({"a": ["x"], "c": ["not mapped"]}), tmp_path / "2.parquet")
    with pytest.raises(InputError) as caught:
        open_source(mapped("*.parquet", {"price": "a", "paid": "b"}), tmp_path)
    assert str(caught.value).splitlines() == [
        "2.parquet: has no column 'b', but 1.parquet has one",
        "2.parquet: the column 'a' is String here, but Int64 in 1.parquet; write it alike in all files",
    ]


@pytest.mark.parametrize(
    "content, rows",
    [
        (b"a,b\n", []),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [("1", "2")]),
        (b"a;b\n1,5;2\n", [("1,5", "2")]),
        (b"a\tb\n1\t2\n", [("1", "2")]),
        (b'"a",b\n"x ""y"", z","line\nbreak"\n', [('x "y", z', "line\nbreak")]),
        (b"a,b\n1,2\n\n3,4\n\n", [("1", "2"), ("3", "4")]),
        (b"a,b\n1\n", [("1", None)]),
        (b"a,b\n007,1e3\n", [("007", "1e3")]),
    ],
)
def test_csv_is_text_as_it_stands(tmp_path: Path, content: bytes, rows: list[tuple[str, str]]) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    source = open_source(mapped("x.csv"), tmp_path)
    assert [row for part in source.portions(["a", "b"]) for row in part.rows()] == rows


def test_ndjson_keeps_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").write_bytes(
        b'{"a": 24.99, "b": true}\n\n{"b": {"c": 1}}\n{"a": "007", "b": null, "z": 1}\n'
    )
    source = open_source(mapped("x.ndjson"), tmp_path)
    assert pl.concat(source.portions(["a", "b"])).rows() == [("24.99", "true"), (None, '{"c": 1}'), ("007", None)]


# A database.


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a server with the book in it."""
    programs = postgres.programs()
    if programs is None:
        missing = "PostgreSQL's initdb and pg_ctl are not on this machine"
        assert not os.environ.get("FAIROFFER_REQUIRE_POSTGRES"), missing
        pytest.skip(missing)
    if not os.environ.get("FAIROFFER_REQUIRE_POSTGRES"):
        pytest.importorskip("adbc_driver_postgresql")
    with postgres.server(programs) as url:
        postgres.run(url, [CREATE, *inserts()])
        yield url


CREATE = """
    CREATE TABLE customers (place int, id text, price numeric(12, 2), product varchar(80), vulnerable boolean,
                            joined date, paid double precision, renewals smallint)
"""


def inserts() -> Iterator[str]:
    """Statements that put the book into the table."""
    for part in book().with_row_index("place").iter_slices(1_000):
        rows = ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in part.iter_rows())
        yield f"INSERT INTO customers VALUES {rows}"


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, (int, bool)) else f"'{value}'"


QUERY = "SELECT * FROM customers ORDER BY place;"


def from_database(monkeypatch: pytest.MonkeyPatch, url: str, sql: str = QUERY) -> tuple[BookMap, Source]:
    monkeypatch.setenv("BOOK_URL", url)
    how = mapped({"sql": sql, "url": "BOOK_URL"}, COLUMNS)
    return how, open_source(how, Path())


def test_a_query_reads_like_a_file(database: str, expected: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    how, source = from_database(monkeypatch, database)
    assert whole(source, how).equals(expected)
    assert (source.rows, source.files) == (None, ())


def test_a_query_can_be_read_again(database: str, expected: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    how, source = from_database(monkeypatch, database)
    assert whole(source, how).equals(whole(source, how))


@pytest.mark.parametrize(
    "sql, message",
    [
        ("SELECT * FROM custmers", 'the database refuses the query: relation "custmers" does not exist'),
        ("SELEC 1", 'the database refuses the query: syntax error at or near "SELEC"'),
        ("DELETE FROM customers", "the database refuses the query: cannot execute DELETE in a read-only transaction"),
        ("SELECT 1; SELECT 2", "the database refuses the query: cannot insert multiple commands"),
        ("SELECT 'Jane Doe'::int AS price", r"the database refuses the query \(SQLSTATE 22P02\)"),
    ],
)
def test_a_query_that_is_refused(database: str, monkeypatch: pytest.MonkeyPatch, sql: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        from_database(monkeypatch, database, sql)
    assert "Jane" not in str(caught.value)
    assert postgres.SECRET not in str(caught.value)


def test_a_query_that_ends_in_an_error(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, source = from_database(monkeypatch, database, "SELECT 1 / (place - 5000) AS price FROM customers")
    with pytest.raises(InputError, match="the query ended in an error of the database"):
        list(source.portions(["price"]))


def test_two_columns_of_one_name(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, source = from_database(monkeypatch, database, "SELECT 1 AS price, 2 AS price")
    with pytest.raises(InputError, match="two columns of the same name"):
        list(source.portions(["price"]))


def test_what_is_secret_stays_secret(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in (database.replace(postgres.SECRET, "wr0ng"), database.replace("host=", "host=/nowhere")):
        with pytest.raises(InputError, match="cannot be reached, or refuses the user") as caught:
            from_database(monkeypatch, wrong)
        assert wrong not in str(caught.value)
        assert "wr0ng" not in str(caught.value)


def test_where_the_url_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_URL", raising=False)
    how = mapped({"sql": QUERY, "url": "BOOK_URL"}, COLUMNS)
    with pytest.raises(UsageError, match="the environment variable BOOK_URL is not set"):
        open_source(how, Path())
    monkeypatch.setenv("BOOK_URL", "mysql://me:hunter2@host/db")
    with pytest.raises(UsageError, match=r"the URL in BOOK_URL must begin with postgresql://") as caught:
        open_source(how, Path())
    assert "hunter2" not in str(caught.value)


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_URL", "postgresql://host/db")
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    with pytest.raises(UsageError, match=r"install fairoffer\[sql\]"):
        open_source(mapped({"sql": QUERY, "url": "BOOK_URL"}, COLUMNS), Path())
