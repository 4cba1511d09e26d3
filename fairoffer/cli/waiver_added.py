"""How `fairoffer waivers add` puts an entry together, and puts it into the file."""

from __future__ import annotations

import contextlib
import os
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import click

from fairoffer.audit.cap import sizes
from fairoffer.audit.waive import matches, under
from fairoffer.cli.explain import SAVED, find_finding
from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain, say
from fairoffer.cli.waiver_lines import MOST_A_DAY
from fairoffer.errors import OutputError, PolicyError, Problem
from fairoffer.model.result import Finding, Result
from fairoffer.model.waiver_file import NAME, WaiverFile, as_bytes, new_waiver, read_waiver_file, with_waiver
from fairoffer.model.waivers import LONGEST_DAYS, Cap, Waiver
from fairoffer.report.output import replace as write_whole
from fairoffer.report.policies import inline

OPTIONS = {"approved_by": "--approved-by", "finding": "FINDING", "the entry": "the entry"}
"""Where the words of a command line differ from those of a file."""


@dataclass(frozen=True)
class Wanted:
    """What the command line says of an entry."""

    words: Mapping[str, str | None]
    caps: tuple[str, ...]
    created: date | None
    expires: date | None


def add(directory: Path, start: str, saved: str | None, wanted: Wanted, *, only_print: bool) -> int:
    """Write the entry, or only print it.

    Raises:
        click.UsageError: the finding, the directory or a cap does not fit.
        PolicyError: the entry or the file is refused, in the words of an audit.
        OutputError: the file cannot be written.
    """
    path = saved or next((name for name in SAVED if Path(name).is_file()), None)
    if path is None:
        raise click.UsageError(f"{start}: name the saved result too: fairoffer waivers add {start} RESULT …")
    result = Result.load(path)
    finding = find_finding(result, start, path)
    _refuse_elsewhere(directory, result)
    file = read_waiver_file(directory / NAME)
    waiver = _entry(finding, result, file, wanted)
    expired = _refuse_twice(finding, file, waiver.created)
    added = with_waiver(file, waiver)
    if only_print:
        to_stdout(plain("\n".join(added.written.splitlines())))
        say(f"nothing was written; without --print it goes to {file.path}:{added.line}")
        return 0
    _write(file, added.text)
    say(f"wrote {file.path}:{added.line}")
    say(f"it accepts {finding.id} until {waiver.expires}, up to {inline(_cap(waiver))}")
    for place in expired:
        say(f"{place} is about the same finding and has expired; remove it")
    say("a pull request is judged by the waivers of its base: there it counts once this is merged")
    return 0


def _entry(finding: Finding, result: Result, file: WaiverFile, wanted: Wanted) -> Waiver:
    """The entry as the model takes it; what nobody said comes from the result."""
    created = wanted.created or date.fromisoformat(result.as_of)
    expires = wanted.expires or _latest(created, file)
    caps = _caps(finding, result.totals.currency, wanted.caps)
    fields = {
        "finding": finding.id,
        **{name: word for name, word in wanted.words.items() if word is not None},
        "created": created.isoformat(),
        "expires": expires.isoformat(),
        "cap": caps,
    }
    try:
        waiver = new_waiver(fields)
    except PolicyError as error:
        raise PolicyError([_of_options(problem) for problem in error.problems]) from None
    if not under(waiver.cap, finding):
        today = inline(sizes(finding, result.totals.currency))
        raise click.UsageError(f"--cap: today it is {today}; with a cap of {inline(_cap(waiver))} it would stay live")
    return waiver


def _of_options(problem: Problem) -> Problem:
    """A problem of a field as one of the option that said it."""
    name, _, rest = problem.where.partition(".")
    option = OPTIONS.get(name or problem.path, f"--{name}")
    return replace(problem, path=f"{option} {rest}".rstrip(), line=0, where="")


def _cap(waiver: Waiver) -> dict[str, object]:
    return {name: str(value) for name, value in waiver.cap.model_dump(exclude_none=True).items()}


def _caps(finding: Finding, currency: str, words: tuple[str, ...]) -> dict[str, str]:
    """Each cap that was asked for, at its value or that of today; else the gap of today.

    Raises:
        click.UsageError: one is named twice, or measures what the finding does not have.
    """
    today = sizes(finding, currency)
    if not today:
        raise click.UsageError(
            f"{finding.id}: neither its gap nor its customers are known, so that no cap could hold; it must be mended"
        )
    found: dict[str, str] = {}
    for word in words or (next(iter(today)),):
        name, given, value = word.partition("=")
        if name in found:
            raise click.UsageError(f"--cap {name}: is given twice")
        if name in Cap.model_fields and name not in today:
            unit = f" (its gap is in {finding.unit})" if finding.unit else ""
            raise click.UsageError(f"--cap {name}: cannot be measured of this finding{unit}; use {', '.join(today)}")
        found[name] = value if given else today.get(name, "")
    return found


def _latest(created: date, file: WaiverFile) -> date:
    """The last day that is allowed, but one on which not too many others end."""
    days = Counter(part.model.expires for part in file.entries)
    ends = (created + timedelta(days=days_ahead) for days_ahead in range(LONGEST_DAYS, 0, -1))
    return next((day for day in ends if days[day] < MOST_A_DAY), created + timedelta(days=LONGEST_DAYS))


def _refuse_elsewhere(directory: Path, result: Result) -> None:
    """Stop where no audit would look for the file: not where the result's catalog is.

    Raises:
        click.UsageError: it is no directory, or another one.
    """
    if not directory.is_dir():
        raise click.UsageError(f"--dir {directory}: there is no such directory")
    catalogs = [file.path for file in result.inputs if file.kind == "catalog"]
    if catalogs and not any((directory / path).exists() for path in catalogs):
        raise click.UsageError(
            f"--dir {directory}: holds no {catalogs[0]}, which the result was made from; name the audit directory"
        )


def _refuse_twice(finding: Finding, file: WaiverFile, created: date) -> list[str]:
    """Stop where another entry is about the finding; gives back the places of those that have expired.

    Raises:
        click.UsageError: an entry that holds, or will, is about it.
    """
    about = [part for part in file.entries if matches(part.model, finding)]
    for part in about:
        if part.model.expires >= created:
            raise click.UsageError(
                f"{finding.id}: {part.source.at} is about it already, until {part.model.expires}; change that entry"
            )
    return [part.source.at for part in about]


def _write(file: WaiverFile, text: str) -> None:
    """Put the new text in place of the old one, in one step and with the rights that the file had.

    Raises:
        OutputError: it cannot be written, or somebody else has changed it meanwhile.
    """
    path, rights = file.path, None
    try:
        if file.data is not None:
            rights = stat.S_IMODE(path.stat().st_mode)
        now = path.read_bytes() if os.path.exists(path) else None
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
    if now != file.data:
        raise OutputError(f"{path}: has been changed meanwhile; nothing was written")
    write_whole(path, as_bytes(file, text))
    if rights is not None:
        with contextlib.suppress(OSError):
            os.chmod(path, rights)
