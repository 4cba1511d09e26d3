"""How words on the command line become days, places and outputs."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from fairoffer.errors import InputError, Problem

FORMATS = {
    "html": ".html",
    "json": ".json",
    "csv": ".csv",
    "md": ".md",
    "sarif": ".sarif",
    "parquet": ".parquet",
    "text": ".txt",
    "junit": "",
    "gitlab": "",
    "github": "",
}
"""Every format and its suffix; one without a suffix has to be said."""
OUTPUT_HELP = (
    "Where to write; the suffix chooses the format: .html .json .csv .md .sarif .parquet, "
    "or say it: junit=FILE gitlab=FILE github=FILE (a FILE of - is stdout). May be repeated."
)
STDOUT = "-"


def as_day(word: str) -> date:
    """A day written as 2026-11-21.

    Raises:
        click.BadParameter: anything else, other spellings of a day included.
    """
    try:
        day = date.fromisoformat(word)
    except ValueError:
        day = None
    if day is None or day.isoformat() != word:
        raise click.BadParameter(f"{word!r} is not a day; write it as 2026-11-21")
    return day


@dataclass(frozen=True)
class Output:
    """One thing to write: in which format, and where (`path` None is stdout)."""

    format: str
    path: Path | None


def as_output(word: str) -> Output:
    """`report.html`, `csv=findings.txt`, `json=-` or `-` (the text summary).

    Raises:
        click.UsageError: no format can be read off the word, or it names one this version cannot write.
    """
    name, equals, rest = word.partition("=")
    if equals and name in FORMATS:
        if not rest:
            raise click.UsageError(f"-o {word}: a file, or -, has to follow the =")
        return Output(name, None if rest == STDOUT else Path(rest))
    if word == STDOUT:
        return Output("text", None)
    suffix = os.path.splitext(word)[1].lower()
    for known, ending in FORMATS.items():
        if suffix and suffix == ending:
            return Output(known, Path(word))
    fault = f"the suffix {suffix!r} names no format" if suffix else "no suffix names the format"
    raise click.UsageError(
        f"-o {word}: {fault}; use {' '.join(filter(None, FORMATS.values()))}, "
        f"or FORMAT=FILE with one of {', '.join(FORMATS)}"
    )


def as_outputs(words: tuple[str, ...]) -> list[Output]:
    """All of `-o`; stdout takes one, and no file is written twice."""
    outputs = [as_output(word) for word in words]
    if sum(output.path is None for output in outputs) > 1:
        raise click.UsageError("stdout carries one thing: send only one format to -")
    seen: dict[str, Path] = {}
    for path in (output.path for output in outputs if output.path is not None):
        twin = seen.setdefault(os.path.realpath(path), path)
        if twin is not path:
            raise click.UsageError(f"-o {path}: that file is already written by -o {twin}")
    return outputs


def refuse_empty(*words: str) -> None:
    """Stop at an empty path, what an unset variable leaves: it would mean this directory.

    Raises:
        click.UsageError: one of the paths is empty.
    """
    if not all(words):
        raise click.UsageError("a path is empty; write . for this directory")


def find_inputs(word: str) -> Path:
    """The path that `word` means: itself, or the one thing that it matches as a glob.

    Raises:
        click.UsageError: a pattern that matches nothing, or more than one thing.
        InputError: there is nothing at the path.
    """
    refuse_empty(word)
    if os.path.lexists(word):
        return Path(word)
    if not glob.has_magic(word):
        raise InputError([Problem(word, 0, 0, "", "there is no such file or directory; nothing was looked at")])
    found = sorted(glob.glob(word, recursive=True))
    if not found:
        raise click.UsageError(f"{word}: the pattern matches nothing, so nothing was looked at")
    if len(found) > 1:
        raise click.UsageError(f"{word}: the pattern matches {len(found)} paths; an audit takes one")
    return Path(found[0])
