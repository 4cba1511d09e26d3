"""The pages in docs/: made from the files where they say so, and tried where they show commands."""

from __future__ import annotations

import inspect
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from fairoffer.audit.rule_words import rule_in_words
from fairoffer.checks import CHECKS
from fairoffer.cli.main import main
from fairoffer.model.book import (
    Addon,
    BookRow,
    LegFee,
    LegIncentive,
    Listed,
    Notice,
    PartOf,
    Previous,
    Quote,
    Record,
    Renewal,
    RowContract,
)
from fairoffer.model.case import Case, Expectation
from fairoffer.model.inputs import shipped_policies
from fairoffer.model.policy import Policy

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"#\s*exit (\d+)\s*$")
MADE = "<!-- From here on made from the "
ADVICE = "Not legal advice."


def cell(text: str) -> str:
    """Text of a policy inside a table of Markdown."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def dated(policy: Policy) -> str:
    effective = policy.effective
    if policy.status == "shadow":
        return "never"
    if effective is None or (effective.from_ is None and effective.to is None):
        return "always"
    start = f"from {effective.from_}" if effective.from_ else ""
    end = f"to {effective.to}" if effective.to else ""
    unsure = "" if effective.sure else " (nobody confirmed the end)"
    return " ".join(part for part in (start, end) if part) + unsure


def kinds(policy: Policy) -> str:
    """The kinds of product it is for, the first few by name."""
    names = policy.product_types
    more = f" and {len(names) - 4} more" if len(names) > 5 else ""
    return ", ".join(names[:4] if more else names) + more if names else "any"


def page(policies: tuple[Policy, ...]) -> Iterator[str]:
    """The table of all policies, then a table of rules for each."""
    yield "| policy | for | products | status | in force | sources read | last on |"
    yield "|---|---|---|---|---|---|---|"
    for policy in policies:
        marks = dict.fromkeys(policy.source_for(rule).read or "–" for rule in policy.rules)
        row = (
            f"[{policy.id}](#{policy.id})",
            policy.jurisdiction or "any",
            ", ".join(policy.product_types) or "any",
            policy.status,
            dated(policy),
        )
        yield f"| {' | '.join(row)} | {', '.join(marks)} | {policy.as_of or '–'} |"
    for policy in policies:
        yield from section(policy)


def section(policy: Policy) -> Iterator[str]:
    yield ""
    yield f"## {policy.id}"
    yield ""
    source = policy.source
    where = f" Source: [{source.name or source.url}]({source.url})." if source and source.url else ""
    yield f"{cell(policy.title or policy.id)}. Status: {policy.status}.{where}" + (
        f" {ADVICE}" if policy.status != "house" else ""
    )
    yield ""
    yield "| rule | asks | check | level | comparator | source | read |"
    yield "|---|---|---|---|---|---|---|"
    for rule in policy.rules:
        said = rule_in_words(policy, rule)
        cited = ", ".join(part for part in (said.source.name, said.source.clause) if part) or "–"
        asks = said.title or CHECKS[rule.check].title
        cells = (said.check, said.level or "", said.comparator or "–", cell(cited), said.source.read or "–")
        yield f"| `{rule.id}` | {cell(asks)} | {' | '.join(cells)} |"


MODELS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The case", Case),
    ("expect", Expectation),
    ("book: a row", BookRow),
    ("book: renewal", Renewal),
    ("book: contract", RowContract),
    ("book: previous", Previous),
    ("book: quotes", Quote),
    ("fees of a row or quote", LegFee),
    ("addons of a row or quote", Addon),
    ("incentives of a row or quote", LegIncentive),
    ("parts of a row or quote", PartOf),
    ("notices", Notice),
    ("notices: lists", Listed),
    ("records", Record),
)


def reference() -> Iterator[str]:
    """A table of keys for each part of a case, in the words of the models."""
    for heading, model in MODELS:
        yield ""
        yield f"## {heading}"
        yield ""
        if model.__doc__ and model not in (Case, Expectation):
            yield cell(inspect.cleandoc(model.__doc__))
            yield ""
        yield "| key | means |"
        yield "|---|---|"
        for name, field in model.model_fields.items():
            must = " (required)" if field.is_required() else ""
            if field.description is not None:
                choices = ", ".join(f"`{choice}`" for choice in choices_of(field.annotation))
                means = cell(field.description) + (f" (one of {choices})" if choices else "")
                yield f"| `{field.alias or name}`{must} | {means} |"


def choices_of(annotation: object) -> list[str]:
    """The words that a key may hold, where it is one of a few."""
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    inner = get_args(annotation)
    plain = [choice for one in inner if get_origin(one) in (Literal, Annotated) for choice in choices_of(one)]
    return plain if type(None) in inner or len(inner) == 1 or get_origin(annotation) is Annotated else []


def made_anew(path: Path, lines: Iterator[str]) -> tuple[str, str]:
    """The text of a page, and the text that it should be: what is written by hand, then what is made."""
    text = path.read_text(encoding="utf-8")
    start = text.index("\n", text.index(MADE)) + 1
    made = text[:start] + "\n" + "\n".join(lines).strip() + "\n"
    if os.environ.get("FAIROFFER_WRITE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
        text = made
    return text, made


def test_the_list_of_policies_is_made_from_the_files(root: Path) -> None:
    text, made = made_anew(root / "docs" / "policies.md", page(shipped_policies()))
    assert text == made, "docs/policies.md is out of date; FAIROFFER_WRITE_GOLDEN=1 writes it anew"


def test_the_keys_of_a_case_are_made_from_the_models(root: Path) -> None:
    text, made = made_anew(root / "docs" / "cases.md", reference())
    assert text == made, "docs/cases.md is out of date; FAIROFFER_WRITE_GOLDEN=1 writes it anew"


def test_pages_show_no_law_without_the_word_on_advice_and_never_say_that_one_is_kept(root: Path) -> None:
    text = (root / "docs" / "policies.md").read_text(encoding="utf-8")
    legal = [policy for policy in shipped_policies() if policy.status != "house"]
    assert text.count(ADVICE) == len(legal)
    for path in (root / "docs").glob("*.md"):
        assert not re.search(r"\b(compliant|complies|in compliance)\b", path.read_text(encoding="utf-8")), path


def test_links_between_pages_lead_somewhere(root: Path) -> None:
    for path in [root / "README.md", *(root / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize("name, commands", [("writing-a-policy.md", 6), ("cases.md", 1)])
def test_a_page_is_tried_from_start_to_end(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    name: str,
    commands: int,
) -> None:
    """Its files are written as they are named, its commands run in order, and what it shows is what they print."""
    monkeypatch.chdir(tmp_path)
    ran = 0
    printed = ""
    for kind, file, body in BLOCK.findall((root / "docs" / name).read_text(encoding="utf-8")):
        if kind == "yaml":
            path = tmp_path / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(body, encoding="utf-8")
        elif kind == "sh":
            program, *arguments = shlex.split(body, comments=True)
            expected = EXIT.search(body)
            code = main(arguments)
            captured = capfdbinary.readouterr()
            printed = (captured.out + captured.err).decode()
            assert program == "fairoffer"
            assert code == (int(expected[1]) if expected else 0), printed
            ran += 1
        else:
            assert body in printed
    assert ran >= commands
    if (tmp_path / "slip.yaml").exists():
        assert (tmp_path / "report.html").stat().st_size > 10_000
        assert_slips(capfdbinary)


def assert_slips(captured: pytest.CaptureFixture[bytes]) -> None:
    """Both slips of slip.yaml are told, with their places."""
    assert main(["rules", "--policy", "slip.yaml"]) == 2
    text = captured.readouterr().err.decode()
    assert [line.split(":")[:2] for line in text.splitlines() if line.startswith("slip.yaml:")] == [
        ["slip.yaml", "4"],
        ["slip.yaml", "5"],
    ]
