"""Entries added to lists in YAML text: what stood there still stands, and what was added reads as it was meant."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fairoffer.source import parse_yaml
from fairoffer.source.yaml_edit import add_entry, scalar

HEAD = "fairoffer: waivers/1\n"
ENTRY = {"id": "new", "says": "because: it is # so", "on": date(2026, 11, 21), "cap": {"money": "60.00", "people": 12}}
BLOCK = ["id: new", 'says: "because: it is # so"', "on: 2026-11-21", 'cap: {money: "60.00", people: 12}']
FLOW = '{id: new, says: "because: it is # so", on: 2026-11-21, cap: {money: "60.00", people: 12}}'


def block(column: int) -> str:
    """The entry as a block list has it, its dash at a column."""
    dash, rest = " " * column + "- ", " " * column + "  "
    return "".join(f"{dash if index == 0 else rest}{line}\n" for index, line in enumerate(BLOCK))


@pytest.mark.parametrize(
    "before, after",
    [
        pytest.param(HEAD, HEAD + "list:\n" + block(2), id="only a header"),
        pytest.param(HEAD + "# none\n", HEAD + "# none\nlist:\n" + block(2), id="a header and a comment"),
        pytest.param(HEAD + "list:\n", HEAD + "list:\n" + block(2), id="no value"),
        pytest.param(
            HEAD + "list:  # none\n  # yet\n# end\n",
            HEAD + "list:  # none\n  # yet\n" + block(2) + "# end\n",
            id="no value, but comments",
        ),
        pytest.param(HEAD + "list: []\n", HEAD + "list:\n" + block(2), id="empty list"),
        pytest.param(
            HEAD + "list: [ ]  # none yet\n# end\n",
            HEAD + "list:  # none yet\n" + block(2) + "# end\n",
            id="empty list and comments",
        ),
        pytest.param(
            HEAD + "list: [\n # none\n]\n",
            HEAD + f"list: [\n # none\n  {FLOW}\n]\n",
            id="a comment inside the brackets",
        ),
        pytest.param(HEAD + "list: [{a: b}]\n", HEAD + f"list: [{{a: b}},\n  {FLOW}]\n", id="flow"),
        pytest.param(HEAD + "list: [{a: b},]", HEAD + f"list: [{{a: b}},\n  {FLOW}]", id="flow, comma at the end"),
        pytest.param(
            HEAD + "list: [\n   {a: b}, # c, d\n   {a: d} # e, f\n] # g\n",
            HEAD + f"list: [\n   {{a: b}}, # c, d\n   {{a: d}}, # e, f\n   {FLOW}\n] # g\n",
            id="flow over lines, comments with commas",
        ),
        pytest.param("{fairoffer: x, list: []}", f"{{fairoffer: x, list: [{FLOW}]}}", id="all in flow"),
        pytest.param(HEAD + "list:\n- a: b\n- a: c", HEAD + "list:\n- a: b\n- a: c\n" + block(0), id="no indentation"),
        pytest.param(
            HEAD + "list:\n\n  - a: b\n\n  # C\n  - a: d  # e\n    # f\n\n    # g\n\n  # end\n\n",
            HEAD + "list:\n\n  - a: b\n\n  # C\n  - a: d  # e\n    # f\n\n    # g\n\n" + block(2) + "\n  # end\n\n",
            id="entries apart, comments of the entry and of the list",
        ),
        pytest.param(
            "list:\n  - a: |\n      b\n      # c\n\n# d\nfairoffer: x\n",
            "list:\n  - a: |\n      b\n      # c\n\n" + block(2) + "# d\nfairoffer: x\n",
            id="a block of text, and another key after the list",
        ),
        pytest.param(
            "list:\n  - a: |+\n      b\n\n\nfairoffer: x\n",
            "list:\n  - a: |+\n      b\n\n\n" + block(2) + "fairoffer: x\n",
            id="a block of text that keeps its last lines",
        ),
        pytest.param(
            "---\nlist:\n    -   a: b\n        c: d\n...\n",
            "---\nlist:\n    -   a: b\n        c: d\n" + block(4) + "...\n",
            id="marks of the document",
        ),
        pytest.param(
            "---\nfairoffer: x\n...\n", "---\nfairoffer: x\nlist:\n" + block(2) + "...\n", id="marks, no list"
        ),
        pytest.param(
            "  fairoffer: x\n  list:\n  - a: b\n", "  fairoffer: x\n  list:\n  - a: b\n" + block(2), id="moved"
        ),
        pytest.param(
            HEAD + "list:\n  - a: b\n    c:\n  # d\n",
            HEAD + "list:\n  - a: b\n    c:\n" + block(2) + "  # d\n",
            id="a value that is not there",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_where_an_entry_goes(before: str, after: str, newline: str) -> None:
    added = add_entry(before.replace("\n", newline), "list", ENTRY)
    assert added is not None
    # Without a break of its own, a text gets those of most files.
    assert added.text == after.replace("\n", newline if "\n" in before else "\n")
    assert "id: new" in added.text.splitlines()[added.line - 1]


@pytest.mark.parametrize(
    "text",
    [
        "{fairoffer: x}",
        HEAD + "list: none\n",
        HEAD + "list: {a: b}\n",
        HEAD + "list: &all\n  - a: b\n",
        HEAD + "list:\n  - a: [\n",
        "- a\n",
        "",
        "# nothing\n",
    ],
)
def test_where_there_is_no_place(text: str) -> None:
    assert add_entry(text, "list", ENTRY) is None


@pytest.mark.parametrize(
    "value, written",
    [
        ("Staff pay 20.00 a month, at all times", "Staff pay 20.00 a month, at all times"),
        ("élodie@example.org", "élodie@example.org"),
        ("60.00", '"60.00"'),
        ("2026-11-21", '"2026-11-21"'),
        ("Yes", '"Yes"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("a ", '"a "'),
        ('say "no"\\', '"say \\"no\\"\\\\"'),
        ("a\nb\u2028c\x85d", '"a\\u000ab\\u2028c\\u0085d"'),
        ("日本 😀", '"日本 😀"'),
        ("\U000e0001", '"\\U000e0001"'),
        (12, "12"),
        (date(2026, 1, 2), "2026-01-02"),
    ],
)
def test_values_are_quoted_where_a_reader_could_take_them_for_something_else(value: str, written: str) -> None:
    assert scalar(value, flow=False) == written


COMMENTS = st.sampled_from(
    ["", "  # [deeper, {\n", "# level\n", "\n", "   # ünïcode 😀\u2028# split\n", "      # far\n"]
)
ENTRIES = st.sampled_from(
    [
        "  - a: b\n",
        "  - a: >\n      long\n      text\n",
        "  - {a: 'x # y', b: [1, 2]}  # c\n",
        '  - a: "q\n      r"\n',
        "  -\n    a: b\n",
    ]
)
FLOWS = st.sampled_from(["{a: b}", "{a: 'x, ] # y'}", "[a, b]", "plain text", '"]"'])


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """A file with a block list, comments and blank lines between, before and behind its entries."""
    listed = "".join(draw(COMMENTS) + draw(ENTRIES) for _ in range(draw(st.integers(1, 4))))
    last = draw(COMMENTS) + draw(COMMENTS) + draw(st.sampled_from(["", "other: c\n", "..."]))
    return draw(COMMENTS).lstrip() + HEAD + "list:" + draw(st.sampled_from(["\n", " # why\n"])) + listed + last


@st.composite
def flows(draw: st.DrawFn) -> str:
    """A file with a flow list."""
    gap = st.sampled_from(["", " ", "\n  ", " # c, d\n  ", "\n\n  "])
    items = [draw(gap) + draw(FLOWS) + draw(gap) for _ in range(draw(st.integers(1, 3)))]
    return HEAD + "list: [" + ",".join(items) + draw(st.sampled_from(["", ",", " ,\n", ", # e\n "])) + "] # end\n"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(
    st.one_of(blocks(), flows()),
    TEXT,
    TEXT,
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([True, False]),
)
@example(HEAD + "list: ['a' , # ,\n]\n", "x,", "- y", "\n", False)
def test_nothing_is_lost_and_the_entry_reads_as_it_was_meant(
    text: str, says: str, word: str, newline: str, cut: bool
) -> None:
    text = (text.rstrip("\n") if cut else text).replace("\n", newline)
    before = parse_yaml(text + newline, "", [])
    assert before is not None
    added = add_entry(text, "list", {"id": says, "within": {"word": word}})
    assert added is not None
    after = parse_yaml(added.text, "", [])
    assert after is not None
    assert after.data == {**before.data, "list": [*before.data["list"], {"id": says, "within": {"word": word}}]}
    rest = iter(added.text)
    assert all(character in rest for character in text)
