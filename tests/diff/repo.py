"""A small audit in a real git repository, and what a diff says of it in numbers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

from fairoffer.diff import diff
from fairoffer.model.result import Result

DAY = date(2026, 11, 21)
CATALOG = """\
fairoffer: catalog/1
id: small
currency: GBP
attributes:
  channel: {choice: true, values: [web, phone]}
  region: {values: [north, south]}
products:
  - {id: fibre, type: broadband}
offers:
  - id: welcome
    name: Welcome
    product: fibre
    audience: new
    price: [{months: 12, amount: "20.00", per: month}, {amount: "30.00", per: month}]
    contract: {months: 12}
  - id: standard
    name: Standard
    product: fibre
    audience: any
    price: [{amount: "30.00", per: month}]
"""
SEGMENTS = """\
fairoffer: segments/1
segments:
  - {id: stayed, tenure_months: {from: 24}, holds: welcome, customers: 100}
"""
POLICY = """\
fairoffer: policy/1
id: ours
title: Nobody who stayed pays more than a stranger
compare: {with: new-customer, like_for_like: [product, channel], months: [12]}
rules:
  - {id: by-default, check: default-gap, terms: [cost], level: house}
  - {id: best-within-reach, check: reach-gap, terms: [cost], level: house}
  - {id: no-cliff, check: roll-over, terms: [cost], level: review}
"""
FILES = {"catalog.yaml": CATALOG, "segments.yaml": SEGMENTS, "policy.yaml": POLICY}
# Two places (web, phone) under two rules, 120.00 each; the roll-over of the product in both is for review.
FINDINGS = 6

Edit = Callable[[Path], None]


def git(place: Path, *arguments: str, **variables: str) -> str:
    """Run git there, untouched by the configuration and the hooks of whoever runs the tests."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    fixed = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_DATE": "2026-11-20T12:00:00Z",
        "GIT_COMMITTER_DATE": "2026-11-20T12:00:00Z",
    }
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=place, env={**clean, **fixed, **variables}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(top: Path, message: str = "change") -> str:
    git(top, "add", "-A")
    git(top, "commit", "-q", "--allow-empty", "-m", message)
    return git(top, "rev-parse", "HEAD")


def write(place: Path, files: dict[str, str]) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


def make(top: Path, files: dict[str, str] | None = None, folder: str = "offers") -> Path:
    """A repository with an audit in a folder, committed on main; gives back the folder."""
    top.mkdir(parents=True, exist_ok=True)
    git(top, "init", "-q")
    place = write(top / folder, FILES if files is None else files)
    commit(top, "base")
    return place


def replace(name: str, *pairs: tuple[str, str]) -> Edit:
    """Replace texts in a file of the audit, each of which is there."""

    def edit(place: Path) -> None:
        text = (place / name).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        (place / name).write_text(text, encoding="utf-8")

    return edit


def told(place: Path, against: str = "HEAD", day: date = DAY) -> Result:
    return diff(place, against, as_of=day)


def states(result: Result) -> dict[str, int]:
    """The states that occur, and how many fail."""
    assert result.base is not None
    numbers = {str(state): number for state, number in result.base.states.items() if number}
    return {**numbers, "failing": result.base.failing}
