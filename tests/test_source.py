"""Text with positions: YAML, tables and lines; and no traceback, whatever the bytes are."""

from __future__ import annotations

import gzip
import hashlib
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairoffer.errors import Mark, Problem
from fairoffer.source import Loc, Located, merged, name_of, parse_yaml, read_csv, read_ndjson, read_yaml
from fairoffer.source.yaml_text import DEPTH

YAML_LETTERS = "{}[]:,-&*!|>'\"%@`# \n\tab01?~"
TEXT = """\
# a comment
id: demo
offers:
  - id: welcome
    price: [{months: 18, amount: "24.99"}, {amount: 41.00}]
    valid: {from: 2026-10-01, to: NO}
  - name: no id
"""


def yaml(text: str) -> Located:
    problems: list[Problem] = []
    document = parse_yaml(text, "x.yaml", problems)
    assert problems == []
    assert document is not None
    return document


def problems_of(text: str) -> list[str]:
    problems: list[Problem] = []
    assert parse_yaml(text, "x.yaml", problems) is None
    return [str(problem) for problem in problems]


def no_list(way: Loc) -> bool:
    return way[0] == "tags"


def table(tmp_path: Path, text: str) -> tuple[list[Located], list[str]]:
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8", newline="")
    problems: list[Problem] = []
    read = read_csv(path, "t.csv", no_list, problems)
    return ([] if read is None else read[0]), [str(problem) for problem in problems]


def lines(path: Path) -> tuple[list[Any], list[str]]:
    problems: list[Problem] = []
    items = list(read_ndjson(path, path.name, problems))
    return [(item.line, item.data) for item in items], [str(problem) for problem in problems]


def test_yaml_scalars_stay_the_text_they_were_written_as() -> None:
    data = yaml(TEXT).data
    assert data["offers"][0]["price"] == [{"months": "18", "amount": "24.99"}, {"amount": "41.00"}]
    assert data["offers"][0]["valid"] == {"from": "2026-10-01", "to": "NO"}


@pytest.mark.parametrize(
    ("loc", "key", "expected"),
    [
        (("offers", 0, "price", 1, "amount"), False, "x.yaml:5:53: offers[welcome].price[1].amount: m"),
        (("offers", 0, "price", 1, "amount"), True, "x.yaml:5:45: offers[welcome].price[1].amount: m"),
        (("offers", 0, "contract", "months"), False, "x.yaml:4:5: offers[welcome].contract.months: m"),
        (("offers", 1, "name"), False, "x.yaml:7:11: offers[1].name: m"),
        ((), False, "x.yaml:2:1: m"),
    ],
)
def test_a_problem_stands_where_the_value_does(loc: Loc, key: bool, expected: str) -> None:
    assert str(yaml(TEXT).problem(loc, "m", key=key)) == expected


def test_children_keep_their_places_and_names() -> None:
    first, second = yaml(TEXT).items("offers")
    assert (first.at, first.prefix, second.prefix) == ("x.yaml:4", "offers[welcome]", "offers[1]")
    assert str(first.problem(("valid", "to"), "m")) == "x.yaml:6:35: offers[welcome].valid.to: m"


def test_names_in_messages_are_printable() -> None:
    assert name_of("", {"a": [{"id": "x\n\x1b[31m"}]}, ("a", 0, "b\x1b")) == "a[0].'b\\x1b'"


def test_several_documents_as_one_keep_their_files() -> None:
    problems: list[Problem] = []
    one = parse_yaml("id: a\ncurrency: GBP\n", "one.yaml", problems)
    two = parse_yaml("terms: {x: 1}\ncurrency: GBP\nid: b\n", "two.yaml", problems)
    assert one is not None
    assert two is not None
    whole = merged([one, two], problems)
    assert whole.data == {"id": "a", "currency": "GBP", "terms": {"x": "1"}}
    assert str(whole.problem(("terms", "x"), "m")) == "two.yaml:1:12: terms.x: m"
    assert whole.child("terms").at == "two.yaml:1"
    assert [str(p) for p in problems] == ["two.yaml:3:1: id: differs from the one in one.yaml; keep one of them"]


def test_all_repeated_keys_and_anchors_are_found_in_one_pass() -> None:
    assert len(problems_of("a: 1\na: 2\nb: &x [1]\nc: *x\nd: !!str e\n")) == 4


def test_nesting_is_limited_without_recursion() -> None:
    assert yaml("a: " + "[" * (DEPTH - 1) + "]" * (DEPTH - 1)).data
    assert "deeper than" in problems_of("a: " + "[" * 100_000)[0]
    assert "deeper than" in problems_of("".join(" " * depth + "a:\n" for depth in range(100)))[0]


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfid: a\r\nname: b\r\n")
    read = read_yaml(path, "a.yaml", [])
    assert read is not None
    assert read[0].data == {"id": "a", "name": "b"}
    assert read[1] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    problems: list[Problem] = []
    began = time.monotonic()
    assert read_yaml(path, "a.yaml", problems) is None
    assert time.monotonic() - began < 0.5
    assert str(problems[0]) == (
        "a.yaml: is 200 MB, more than the 32 MB that can be read;"
        " write large catalogs as .ndjson or .ndjson.gz, one offer a line"
    )


@pytest.mark.parametrize("name", ["missing.yaml", "bad\x00name.yaml", "."])
def test_what_is_no_readable_file_is_a_problem(tmp_path: Path, name: str) -> None:
    problems: list[Problem] = []
    assert read_yaml(tmp_path / name, "a.yaml", problems) is None
    assert len(problems) == 1


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.text(alphabet=YAML_LETTERS), st.binary().map(lambda data: data.decode("latin-1"))))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    problems: list[Problem] = []
    document = parse_yaml(text, "x.yaml", problems)
    assert (document is None) == bool(problems)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.binary(), st.text(alphabet='{}[]:,"\n\\u01aeE.-nulltrue ').map(str.encode)))
def test_no_bytes_end_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz"
    for name in ("f.yaml", "f.csv", "f.ndjson", "f.ndjson.gz"):
        file = path.with_name(name)
        file.write_bytes(data)
        problems: list[Problem] = []
        if name.endswith(".yaml"):
            assert (read_yaml(file, name, problems) is None) == bool(problems)
        elif name.endswith(".csv"):
            read_csv(file, name, no_list, problems)
        else:
            list(read_ndjson(file, name, problems))
        assert all(str(problem) for problem in problems)


def test_dotted_headers_make_the_mapping_that_yaml_would_hold(tmp_path: Path) -> None:
    rows, problems = table(
        tmp_path,
        'id,tags,price.1.months,price.1.amount,price.2.amount,valid.from,flag\r\na,x|y,12,24.99,41.00,2026-01-01,TRUE\r\n\r\n,,,,,,\r\n"b\nb",,,3,,,\r\nc,,,,,,\r\n',
    )
    assert problems == []
    assert [row.data for row in rows] == [
        {
            "id": "a",
            "tags": ["x", "y"],
            "price": [{"months": "12", "amount": "24.99"}, {"amount": "41.00"}],
            "valid": {"from": "2026-01-01"},
            "flag": "true",
        },
        {"id": "b\nb", "price": [{"amount": "3"}]},
        {"id": "c"},
    ]
    assert [row.line for row in rows] == [2, 5, 7]
    assert str(rows[1].problem(("price", 0, "months"), "m")) == "t.csv:5:price.1.months: m"
    assert str(rows[1].problem(("tags", 1), "m")) == "t.csv:5:tags: m"
    assert str(rows[1].problem(("fees", 2, "kind"), "m")) == "t.csv:5:fees.3.kind: m"
    assert str(rows[1].problem((), "m")) == "t.csv:5:id: m"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_of_spreadsheets(tmp_path: Path, separator: str) -> None:
    rows, problems = table(tmp_path, separator.join(["id", "name"]) + "\n" + separator.join(["a", "b, c"]) + "\n")
    assert problems == []
    assert rows[0].data == {"id": "a", "name": "b, c"}


def test_lines_keep_numbers_as_text_and_leave_null_out(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text('{"a": 24.990, "b": 12, "c": null, "d": true, "e": [1, null]}\n\n{"a": 1}', "utf-8")
    assert lines(path) == ([(1, {"a": "24.990", "b": "12", "d": True, "e": ["1", None]}), (3, {"a": "1"})], [])


def test_bad_lines_are_problems_and_reading_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    text = b'{"a": 1, "a": 2}\n{"b": Infinity}\n[1]\n{"c"\n\xff\n{"d": "\x00"}\n{"e": 1}\n'
    path.write_bytes(gzip.compress(text))
    found, problems = lines(path)
    assert found == [(7, {"e": "1"})]
    assert [problem.split(":")[1] for problem in problems] == ["1", "2", "3", "4", "5", "6"]


def test_a_gzip_file_that_breaks_off_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n' * 1000)[:-12])
    assert "is not a whole gzip file" in lines(path)[1][-1]


def test_a_mark_is_a_pair() -> None:
    assert Mark(3, 4) == (3, 4)
