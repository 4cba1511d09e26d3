"""What the pages on rolling out say: every state, workflows with inputs that exist, a recipe whose script runs."""

from __future__ import annotations

import ast
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from fairoffer import __version__
from fairoffer.model.change import STATES
from fairoffer.model.inputs import load_policy
from tests.cli.conftest import CATALOG, SEGMENTS
from tests.runner import Machine, evaluate, executable, git

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DAY = date(2026, 11, 21)
LEVEL = CATALOG.replace('"20.00"', '"30.00"')


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "rollout.md").read_text("utf-8")


@pytest.fixture
def recipe(root: Path) -> dict[str, Any]:
    text = (root / "docs" / "gitlab.md").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(BLOCK.findall(text)[0][1])["fairoffer"]
    return found


def documents(page: str) -> list[Any]:
    return [yaml.safe_load(body) for kind, body in BLOCK.findall(page) if kind == "yaml"]


def steps(page: str) -> list[dict[str, Any]]:
    """Every step of every workflow and fragment of one."""
    found: list[dict[str, Any]] = []
    for document in documents(page):
        if isinstance(document, dict) and "jobs" in document:
            found += [step for job in document["jobs"].values() for step in job["steps"]]
        elif isinstance(document, list):
            found += document
    return found


def test_every_state_is_explained_once_and_the_default_gate_is_what_it_says(page: str) -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| .* \| (fails|goes on) \| .* \|$", page, re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(STATES)
    gate = load_policy("best-offer").policy.gate
    assert {name for name, does in rows if does == "fails"} == set(gate.fail_on)


def test_the_four_steps_and_all_exit_codes_are_there(page: str) -> None:
    assert re.findall(r"^## \d\. (.*)$", page, re.MULTILINE) == ["Watch", "Comment", "Block new", "Block all"]
    table = page[page.index("And the codes") :]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [0, 1, 2, 3, 4, 5, 70]


def test_workflows_use_inputs_that_exist(page: str, root: Path) -> None:
    described = yaml.safe_load((root / "action.yml").read_text("utf-8"))
    ours = [step for step in steps(page) if "/fairoffer@" in step.get("uses", "")]
    assert len(ours) == 3
    for step in ours:
        assert step["uses"] == f"OWNER/fairoffer@v{__version__}"
        assert set(step["with"]) <= set(described["inputs"])
    used = set(re.findall(r"steps\.fairoffer\.outputs\.([a-z-]+)", page))
    assert used
    assert used <= set(described["outputs"])


def test_workflows_ask_for_no_more_than_they_need(page: str) -> None:
    """A comment needs to write to pull requests, and nothing else writes; no script holds what somebody else wrote."""
    workflows = [document for document in documents(page) if isinstance(document, dict) and "jobs" in document]
    watch, comment = (workflow["permissions"] for workflow in workflows)
    assert watch == {"contents": "read"}
    assert comment == {"contents": "read", "pull-requests": "write"}
    assert "${{" not in "".join(step.get("run", "") for step in steps(page))


def test_the_comment_is_written_once_and_then_brought_up_to_date(page: str, tmp_path: Path) -> None:
    """Its step is run with a stand-in for gh; what it gets are the number and the file, and no more."""
    (step,) = [one for one in steps(page) if "run" in one]
    summary = tmp_path / "a summary.md"
    contexts = {
        "github": {"token": "t", "event": {"pull_request": {"number": "12; touch pwned"}}},
        "steps": {"fairoffer": {"outputs": {"markdown": str(summary)}}},
    }
    machine = Machine(tmp_path, tmp_path / "temporary")
    executable(machine.tools() / "gh", '#!/bin/sh\nprintf "%s\\n" "$@"\n')
    done = machine.bash(step["run"], {name: evaluate(text, contexts) for name, text in step["env"].items()})
    options = ["--edit-last", "--create-if-none", "--body-file"]
    assert done.stdout.splitlines() == ["pr", "comment", "12; touch pwned", *options, str(summary)]
    assert "steps.fairoffer.outputs.markdown" in step["if"], "nothing is posted where nothing was judged"


def test_no_page_names_a_package_registry(root: Path) -> None:
    hosts = ("pypi" + ".org", "python" + "hosted.org", "index" + "-url")
    files = [root / "action.yml", root / ".pre-commit-hooks.yaml", *(root / "docs").glob("*.md")]
    assert [(path.name, host) for path in files for host in hosts if host in path.read_text("utf-8")] == []


def test_the_hooks_exist(page: str, root: Path) -> None:
    (listed,) = [one for one in documents(page) if isinstance(one, dict) and "repos" in one]
    (repository,) = listed["repos"]
    there = {hook["id"] for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for hook in repository["hooks"]} == there
    assert repository["rev"] == f"v{__version__}"


def test_the_helper_is_called_as_it_is(page: str) -> None:
    (code,) = [body for kind, body in BLOCK.findall(page) if kind == "python"]
    (call,) = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    import inspect

    from fairoffer.testing import assert_no_findings

    assert {word.arg for word in call.keywords} <= set(inspect.signature(assert_no_findings).parameters)


def test_a_base_that_cannot_be_read_can_be_mended_as_the_page_says(page: str, tmp_path: Path) -> None:
    from fairoffer.diff import BaseError, diff

    part = page[page.index("**A base that cannot be read.**") : page.index("## How to waive")]
    assert part.count("fairoffer diff offers --against") == 2
    top = tmp_path / "repo"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    good = commit(top, CATALOG)
    shutil.copytree(top / "offers", tmp_path / "mended")
    (top / "offers" / "waivers.yaml").write_text("fairoffer: waivers/1\nwaivers: [{}]\n")
    commit(top, CATALOG)
    (top / "offers" / "waivers.yaml").unlink()
    with pytest.raises(BaseError, match=r"base:HEAD:offers/waivers\.yaml:2"):
        diff(top / "offers", "HEAD", as_of=DAY)
    for against in (good, str(tmp_path / "mended")):
        assert diff(top / "offers", against, as_of=DAY).exit_code == 0


def commit(place: Path, catalog: str) -> str:
    (place / "offers").mkdir(exist_ok=True)
    (place / "offers" / "catalog.yaml").write_text(catalog)
    (place / "offers" / "segments.yaml").write_text(SEGMENTS)
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "a change")
    return git(place, "rev-parse", "HEAD")


def gitlab(recipe: dict[str, Any], place: Path, **variables: str) -> tuple[int, str, list[str]]:
    """The script of the recipe as the runner's bash would run it."""
    machine = Machine(place, place.parent / "temporary", environment={**recipe["variables"], **variables})
    done = machine.bash("\n".join(recipe["script"]), {})
    return done.returncode, done.stdout, machine.commands()


def test_the_recipe_for_gitlab(recipe: dict[str, Any], tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    before = commit(origin, LEVEL)
    after = commit(origin, CATALOG)
    place = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{origin}", str(place))

    code, log, _ = gitlab(recipe, place, CI_MERGE_REQUEST_DIFF_BASE_SHA=before)
    assert code == 1, log
    assert "introduced" in log
    code, log, _ = gitlab(
        recipe, place, CI_MERGE_REQUEST_DIFF_BASE_SHA=before, CI_MERGE_REQUEST_TARGET_BRANCH_SHA=after
    )
    assert code == 0, log
    code, log, commands = gitlab(recipe, place)
    assert code == 1, log
    starts = [line.partition(" -o ")[0] for line in commands]
    assert starts == [f"diff --against={before}", f"diff --against={after}", "audit"]
    artifacts = recipe["artifacts"]
    for name in [*artifacts["paths"], *artifacts["reports"].values()]:
        assert (place / name).stat().st_size > 0

    git(place, "remote", "set-url", "origin", str(tmp_path / "gone"))
    code, log, _ = gitlab(recipe, place, CI_MERGE_REQUEST_DIFF_BASE_SHA="0123456789" * 4)
    assert code == 2, log


def test_the_recipe_runs_on_merge_requests_and_at_night(recipe: dict[str, Any]) -> None:
    assert [rule["if"].split('"')[1] for rule in recipe["rules"]] == ["merge_request_event", "schedule"]
    assert recipe["before_script"] == [f"pip install fairoffer=={__version__}"]
