"""The pages on books: their commands are run, their code is run, and what they say of hashes and shards holds."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fairoffer.cli.main import main
from fairoffer.model.inputs import load_inputs
from fairoffer.verdict import judge

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"#\s*exit (\d+)\s*$")


def blocks(path: Path, language: str) -> list[str]:
    return [body for kind, body in BLOCK.findall(path.read_text(encoding="utf-8")) if kind == language]


def test_the_commands_of_the_page_on_books_run(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAIROFFER_HASH_KEY", "a secret")
    lines = "".join(blocks(root / "docs" / "book.md", "sh")).splitlines()
    for line in lines:
        program, *arguments = shlex.split(line, comments=True)
        expected = EXIT.search(line)
        assert (program, main(arguments)) == ("fairoffer", int(expected[1]) if expected else 0), line
    assert len(lines) >= 4
    (code,) = blocks(root / "docs" / "book.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    failing = pl.read_parquet(tmp_path / "failing.parquet")
    assert failing.height == 70
    # Of the first region the thirteenth to the nineteenth pay more.
    assert set(failing["customer"].head(7)) == {names["hashed"](f"HB{n:05}", "a secret") for n in range(13, 20)}


def test_shards_come_to_the_whole_book(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--book", "my-book"]) == 0
    capsys.readouterr()
    (code,) = blocks(root / "docs" / "clusters.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    assert capsys.readouterr().out == "failed 3480.00\n"
    assert len(list(tmp_path.glob("part-*.parquet"))) == 3
    whole = judge(load_inputs("my-book"), date(2026, 11, 21)).model_dump()
    shards = names["result"].model_dump()
    assert {name for name in whole if whole[name] != shards[name]} == {"inputs", "book"}
    assert {name for name in whole["book"] if whole["book"][name] != shards["book"][name]} == {"duplicates"}
    read = "".join(str(pl.read_parquet(path).rows()) for path in tmp_path.glob("part-*.parquet"))
    assert "HB0" not in read
    assert "see letter" not in read
