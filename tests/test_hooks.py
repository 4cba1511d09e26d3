"""The hooks for pre-commit: each entry is run as that tool runs it, on a repository, and stops what it is there for."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import CATALOG, SEGMENTS
from tests.runner import Machine, git

LEVEL = CATALOG.replace('"20.00"', '"30.00"')
KEYS = {"id", "name", "description", "entry", "language", "files", "pass_filenames", "stages", "require_serial"}
WAIVER = """\
fairoffer: waivers/1
waivers:
  - rule: by-default
    match: {product: fibre}
    reason: Old prices end with the year, as it was agreed
    kind: legacy
    owner: pricing
    approved_by: OWNER
    created: 2026-11-01
    expires: 2027-01-31
    cap: {money: "500"}
"""
POLICY = """\
fairoffer: policy/1
id: house
version: 1
title: Nobody pays more for staying
status: house
compare: {with: new-customer, like_for_like: [product], months: [12]}
rules: [{id: by-default, check: default-gap, terms: [cost], level: house}]
"""
CASE = """\
fairoffer: case/1
name: a newcomer's price
policy: best-offer
as_of: 2026-11-21
catalog:
  id: case
  currency: GBP
  products: [{id: fibre, type: broadband}]
  offers:
    - {id: welcome, product: fibre, audience: new, price: [{amount: "20.00"}]}
    - {id: standard, product: fibre, audience: any, price: [{amount: "30.00"}]}
segments: [{id: stayed, tenure_months: {from: 24}, holds: standard, customers: 100}]
expect:
  - {rule: by-default, segment: stayed, term: total_cost@12, outcome: house, gap: "120.00"}
  - {rule: by-default, segment: stayed, term: total_cost@24, outcome: house, gap: "240.00"}
"""


@pytest.fixture
def hooks(root: Path) -> dict[str, dict[str, Any]]:
    listed = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return {hook["id"]: hook for hook in listed}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with an audit in `offers`, policies and a case elsewhere, and a file that is nothing to us."""
    place = tmp_path / "repository"
    place.mkdir()
    git(place, "init", "-q", "-b", "main")
    write(place, "offers/catalog.yaml", CATALOG)
    write(place, "offers/segments.yaml", SEGMENTS)
    write(place, "house/policies/house.yaml", POLICY)
    write(place, "house/policies/other one.yaml", POLICY.replace("id: house", "id: other"))
    write(place, "house/cases/newcomer.yaml", CASE)
    write(place, "README.md", "# offers\n")
    git(place, "commit", "-q", "-m", "first")
    return place


def write(place: Path, name: str, text: str) -> None:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    git(place, "add", name)


def tool(hook: dict[str, Any], repository: Path, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    """What the tool does with a hook on all files: nothing where no file is for it, else entry, arguments, files."""
    names = [name for name in git(repository, "ls-files", "-z").split("\0") if re.search(hook["files"], name)]
    if not names:
        return None
    words = [*shlex.split(hook["entry"]), *arguments, *(names if hook.get("pass_filenames", True) else [])]
    index = {"GIT_DIR": str(repository / ".git"), "GIT_INDEX_FILE": str(repository / ".git" / "index")}
    machine = Machine(repository, repository.parent / "temporary")
    return subprocess.run(
        words,
        cwd=repository,
        env={**machine.surroundings(), **index},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def ending(hook: dict[str, Any], repository: Path, *arguments: str) -> tuple[int, str]:
    done = tool(hook, repository, *arguments)
    assert done is not None
    return done.returncode, done.stdout + done.stderr


def test_they_are_described_as_the_tool_wants(hooks: dict[str, dict[str, Any]]) -> None:
    assert list(hooks) == [f"fairoffer-{name}" for name in ("inputs", "waivers", "policies", "cases", "diff")]
    for hook in hooks.values():
        assert set(hook) - {"minimum_pre_commit_version"} <= KEYS
        assert hook["language"] == "python"
        assert hook["description"]


def test_files_that_are_none_of_our_business_start_nothing(hooks: dict[str, dict[str, Any]]) -> None:
    names = ["README.md", "src/catalog.py", "mycatalog.yaml", "offers/segments.json", "docs/policies.md", "cases.yaml"]
    ours = ["catalog.yaml", "a/catalog.yaml", "a/catalog/b.yaml", "catalog.ndjson.gz", "a/offers.csv", "segments.csv"]
    ours += ["policy.yaml", "a/waivers.yaml"]
    for hook in hooks.values():
        assert not [name for name in names if re.search(hook["files"], name)]
    for name in ("inputs", "waivers", "diff"):
        assert [one for one in ours if not re.search(hooks[f"fairoffer-{name}"]["files"], one)] == []


def test_inputs(hooks: dict[str, dict[str, Any]], repository: Path) -> None:
    hook = hooks["fairoffer-inputs"]
    assert ending(hook, repository, "offers")[0] == 0, "findings are not its business"
    write(repository, "offers/catalog.yaml", CATALOG.replace("audience: new", "audience: newcomers"))
    write(repository, "offers/segments.yaml", SEGMENTS.replace("holds: welcome", "holds: welcom"))
    code, says = ending(hook, repository, "offers")
    assert code == 3
    assert "catalog.yaml:11:15" in says
    write(repository, "offers/catalog.yaml", CATALOG)
    code, says = ending(hook, repository, "offers")
    assert (code, "did you mean 'welcome'" in says) == (3, True)
    write(repository, "offers/segments.yaml", SEGMENTS)
    write(repository, "offers/waivers.yaml", WAIVER.replace("OWNER", "pricing"))
    code, says = ending(hook, repository, "offers")
    assert (code, "approved by its own owner" in says) == (2, True)
    assert ending(hook, repository)[0] == 2, "no catalog at the top of the repository"


def test_waivers(hooks: dict[str, dict[str, Any]], repository: Path) -> None:
    hook = hooks["fairoffer-waivers"]
    write(repository, "offers/waivers.yaml", WAIVER.replace("OWNER", "pricing"))
    code, says = ending(hook, repository, "offers")
    assert (code, "approved by its own owner" in says) == (2, True)
    write(repository, "offers/waivers.yaml", WAIVER.replace("OWNER", "compliance").replace("fibre", "fiber"))
    code, says = ending(hook, repository, "offers")
    assert code in (1, 2), says


def test_policies(hooks: dict[str, dict[str, Any]], repository: Path) -> None:
    hook = hooks["fairoffer-policies"]
    assert ending(hook, repository) == (0, "")
    write(repository, "house/policies/house.yaml", POLICY.replace("default-gap", "defualt-gap"))
    code, says = ending(hook, repository)
    assert code == 2
    assert "house/policies/house.yaml:7:" in says
    assert "default-gap" in says


def test_cases(hooks: dict[str, dict[str, Any]], repository: Path) -> None:
    hook = hooks["fairoffer-cases"]
    code, says = ending(hook, repository)
    assert code == 0, says
    write(repository, "house/cases/newcomer.yaml", CASE.replace('"120.00"', '"121.00"'))
    code, says = ending(hook, repository)
    assert code == 1
    assert "121.00" in says


def test_diff(hooks: dict[str, dict[str, Any]], repository: Path) -> None:
    hook = hooks["fairoffer-diff"]
    assert hook["stages"] == ["pre-push"]
    write(repository, "offers/catalog.yaml", LEVEL)
    git(repository, "commit", "-q", "-m", "nothing is worse")
    git(repository, "checkout", "-q", "-b", "change")
    code, says = ending(hook, repository, "offers")
    assert code == 0, says
    write(repository, "offers/catalog.yaml", CATALOG)
    git(repository, "commit", "-q", "-m", "newcomers pay less")
    code, says = ending(hook, repository, "offers")
    assert code == 1, says
    assert "introduced" in says
    assert git(repository, "status", "--porcelain") == ""
