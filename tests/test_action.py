"""The GitHub action: its shell steps are run by bash in a real repository, as a hosted machine would run them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.cli.conftest import CATALOG, SEGMENTS
from tests.runner import Machine, Ran, git

LEVEL = CATALOG.replace('"20.00"', '"30.00"')
SPEEDY = "{months: 12}\n  - id: standard"
HOSTILE = [
    "\"; touch pwned; '$(touch pwned)'`touch pwned`; ${{ github.token }}",
    "--help",
    "x\nverdict=passed\n::error::broken out",
]
PLACES = ("html", "sarif", "markdown", "json")
"""Inputs that say where to write."""


class Repository(NamedTuple):
    """A pull request as its machine has it: the clone, and the commits that matter."""

    clone: Path
    base: str
    head: str
    stale: str

    def event(self, base: str = "") -> dict[str, Any]:
        return {"pull_request": {"base": {"sha": base or self.base}, "head": {"sha": self.head}}}


@pytest.fixture
def action(root: Path) -> Path:
    return root / "action.yml"


@pytest.fixture
def described(action: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(action.read_text("utf-8"))
    return found


def commit(place: Path, says: str, **files: str) -> str:
    for name, text in files.items():
        path = place / "offers" / name.replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", says)
    return git(place, "rev-parse", "HEAD")


def pull_request(
    tmp_path: Path, before: str, after: str, *, merged: bool = True, depth: int | None = 1, moved: str | None = None
) -> Repository:
    """A repository whose main has `before`, a branch with `after`, and what a machine clones of it.

    With `moved`, main has gone on to it since the event was sent. Without `merged`, the branch itself is checked out.
    """
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    base = stale = commit(origin, "first", catalog_yaml=before, segments_yaml=SEGMENTS)
    git(origin, "checkout", "-q", "-b", "change")
    head = commit(origin, "change", catalog_yaml=after, note_md="a change")
    if moved is not None:
        git(origin, "checkout", "-q", "main")
        base = commit(origin, "meanwhile", segments_yaml=moved)
    git(origin, "checkout", "-q", "--detach", base)
    git(origin, "merge", "-q", "--no-ff", "-m", "merge", head)
    git(origin, "branch", "merged")
    git(origin, "checkout", "-q", "main")
    clone = tmp_path / "clone"
    shallow = [f"--depth={depth}"] if depth else []
    branch = "merged" if merged else "change"
    git(tmp_path, "clone", "-q", *shallow, "--branch", branch, f"file://{origin}", str(clone))
    return Repository(clone, base, head, stale)


def machine(tmp_path: Path, repository: Repository, event: Mapping[str, Any] | None = None) -> Machine:
    return Machine(repository.clone, tmp_path / "temporary", repository.event() if event is None else event)


def obeyed(log: str) -> Iterator[str]:
    """The lines of a log that the machine takes for commands."""
    stopped = None
    for line in log.splitlines():
        text = line.strip()
        if stopped is not None:
            stopped = None if text == f"::{stopped}::" else stopped
        elif text.startswith("::stop-commands::"):
            stopped = text.removeprefix("::stop-commands::")
        elif text.startswith("::") or "##[" in text:
            yield text


def arguments(ran: Ran) -> str:
    (line,) = ran.commands
    return line


def test_a_pull_request_that_makes_it_worse_fails(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, LEVEL, CATALOG)
    ran = machine(tmp_path, repository).run(
        action, directory="offers", html="fairoffer.html", sarif="fairoffer.sarif", json="r.json", markdown="fo.md"
    )
    assert ran.code == 1, ran.log
    assert arguments(ran).startswith(f"diff --against={repository.base} ")
    assert ran.outputs["verdict"] == "failed"
    assert ran.outputs["exit-code"] == "1"
    assert int(ran.outputs["introduced"]) > 0
    assert (ran.outputs["fixed"], ran.outputs["lost-sight"], ran.outputs["waived"]) == ("0", "0", "0")
    assert ran.outputs["coverage"]
    assert all(ran.outputs.values())
    assert int(ran.outputs["findings"]) >= int(ran.outputs["introduced"])
    assert "introduced" in ran.summary
    assert Path(ran.outputs["markdown"]).read_text("utf-8") == ran.summary
    assert all((repository.clone / name).stat().st_size for name in ("fairoffer.html", "fairoffer.sarif", "r.json"))
    assert (repository.clone / "fo.md").read_text("utf-8") == ran.summary
    assert any(line.startswith("::error file=offers/catalog.yaml,") for line in obeyed(ran.log)), ran.log


def test_a_pull_request_is_not_blamed_for_what_was_there_before(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, CATALOG, CATALOG.replace("id: small", "id: renamed"))
    ran = machine(tmp_path, repository).run(action, directory="offers")
    assert ran.code == 0, ran.log
    assert (ran.outputs["verdict"], ran.outputs["exit-code"]) == ("passed", "0")
    assert (ran.outputs["introduced"], ran.outputs["worsened"]) == ("0", "0")


def test_the_night_audits_everything(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, CATALOG, CATALOG, merged=False)
    ran = machine(tmp_path, repository, {"schedule": "17 3 * * *"}).run(action, directory="offers")
    assert ran.code == 1, ran.log
    assert arguments(ran).startswith("audit -o ")
    assert ran.outputs["verdict"] == "failed"
    assert int(ran.outputs["findings"]) > 0


def test_the_base_is_the_one_that_was_merged_and_not_an_older_one(tmp_path: Path, action: Path) -> None:
    """Main has gone on: what it did meanwhile is not the pull request's."""
    more = SEGMENTS + "  - {id: stayed-longer, product: fibre, pays: {amount: '45.00'}, tenure_months: {from: 12}}\n"
    repository = pull_request(tmp_path, CATALOG, CATALOG, moved=more)
    assert repository.base != repository.stale
    ran = machine(tmp_path, repository, repository.event(repository.stale)).run(action, directory="offers")
    assert ran.code == 0, ran.log
    assert arguments(ran).startswith(f"diff --against={repository.base} ")


@pytest.mark.parametrize("depth", [1, None], ids=["shallow", "whole"])
def test_a_branch_checked_out_itself_is_compared_with_the_base_of_the_event(
    tmp_path: Path, action: Path, depth: int | None
) -> None:
    repository = pull_request(tmp_path, LEVEL, CATALOG, merged=False, depth=depth)
    ran = machine(tmp_path, repository).run(action, directory="offers")
    assert ran.code == 1, ran.log
    assert arguments(ran).startswith(f"diff --against={repository.base} ")


def test_a_commit_on_top_of_the_head_is_not_compared_with_the_head(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, LEVEL, CATALOG, merged=False)
    commit(repository.clone, "what a formatter did", note_md="formatted")
    ran = machine(tmp_path, repository).run(action, directory="offers")
    assert ran.code == 1, ran.log
    assert arguments(ran).startswith(f"diff --against={repository.base} ")


def test_a_merge_queue_is_compared_with_its_base(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, LEVEL, CATALOG)
    event = {"merge_group": {"base_sha": repository.base}}
    ran = machine(tmp_path, repository, event).run(action, directory="offers")
    assert ran.code == 1, ran.log
    assert arguments(ran).startswith(f"diff --against={repository.base} ")


def test_a_clone_of_two_commits_has_the_base_of_the_merge(tmp_path: Path, action: Path) -> None:
    """Nothing needs to be fetched, so it works without any credentials."""
    repository = pull_request(tmp_path, LEVEL, CATALOG, depth=2)
    git(repository.clone, "remote", "set-url", "origin", str(tmp_path / "gone"))
    ran = machine(tmp_path, repository).run(action, directory="offers")
    assert ran.code == 1, ran.log
    assert arguments(ran).startswith(f"diff --against={repository.base} ")


def test_a_base_that_cannot_be_had_is_no_pass(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, LEVEL, CATALOG)
    git(repository.clone, "remote", "set-url", "origin", str(tmp_path / "gone"))
    ran = machine(tmp_path, repository).run(action, directory="offers", fail="false")
    assert ran.code == 2, ran.log
    assert f"git fetch --no-tags --depth=1 origin {repository.base}" in ran.log
    assert (ran.outputs["verdict"], ran.outputs["exit-code"], ran.summary) == ("", "2", "")


def test_a_folder_that_is_no_repository_is_no_pass(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, LEVEL, CATALOG)
    (repository.clone / ".git").rename(tmp_path / "git-away")
    ran = machine(tmp_path, repository).run(action, directory="offers")
    assert ran.code == 2, ran.log


def test_against_and_command_choose(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, LEVEL, CATALOG, depth=None)
    place = machine(tmp_path, repository)
    assert place.run(action, directory="offers", command="audit").code == 1
    assert place.run(action, directory="offers", against="HEAD").code == 0
    assert place.run(action, directory="offers", command="audit", against="HEAD").code == 1
    assert machine(tmp_path, repository, {}).run(action, directory="offers", command="diff").code == 2
    assert place.run(action, directory="offers", command="gate").code == 2
    starts = [line.partition(" -o ")[0] for line in place.commands()]
    assert starts == ["audit", "diff --against=HEAD", "audit", "diff"]


def test_policies_one_a_line(tmp_path: Path, action: Path) -> None:
    repository = pull_request(tmp_path, CATALOG, CATALOG)
    ran = machine(tmp_path, repository).run(action, directory="offers", policy="best-offer\n\n  no-such-policy  \n")
    assert ran.code == 2
    assert "--policy=best-offer --policy=no-such-policy -o" in arguments(ran)
    assert "no-such-policy" in ran.log


@pytest.mark.parametrize("fail", ["false", "true", "maybe"])
def test_fail_lets_a_verdict_pass_and_changes_no_code(tmp_path: Path, action: Path, fail: str) -> None:
    lets = fail == "false"
    repository = pull_request(tmp_path, LEVEL, CATALOG)
    place = machine(tmp_path, repository, {})
    ran = place.run(action, directory="offers", fail=fail)
    assert (ran.code, ran.outputs["exit-code"], ran.outputs["verdict"]) == (0 if lets else 1, "1", "failed")
    blind = CATALOG.replace("audience: new", "audience: existing").replace("audience: any", "audience: existing")
    (repository.clone / "offers" / "catalog.yaml").write_text(blind)
    ran = place.run(action, directory="offers", fail=fail)
    assert (ran.code, ran.outputs["exit-code"], ran.outputs["verdict"]) == (0 if lets else 4, "4", "not-proven")
    (repository.clone / "offers" / "catalog.yaml").write_text("")
    ran = place.run(action, directory="offers", fail=fail)
    assert (ran.code, ran.outputs["exit-code"], ran.outputs["verdict"], ran.summary) == (3, "3", "", "")
    ran = place.run(action, directory="nowhere", fail=fail)
    assert (ran.code, ran.outputs["exit-code"]) == (3, "3")


@pytest.mark.parametrize("names", [("directory",), ("against",), ("policy",), PLACES, ("command",), ("fail",)])
@pytest.mark.parametrize("hostile", HOSTILE, ids=["shell", "flag", "lines"])
def test_inputs_are_text_and_nothing_else(tmp_path: Path, action: Path, names: tuple[str, ...], hostile: str) -> None:
    repository = pull_request(tmp_path, CATALOG, CATALOG)
    inputs = {"directory": "offers"} | dict.fromkeys(names, hostile)
    if names == PLACES:
        inputs |= {name: f"{name} {hostile}" for name in names}
    ran = machine(tmp_path, repository, {}).run(action, **inputs)
    assert not list(tmp_path.rglob("pwned"))
    assert ran.code == (1 if names in (PLACES, ("fail",)) else 3 if names == ("directory",) else 2), ran.log
    assert ran.outputs["verdict"] in ("", "failed")
    assert not [line for line in obeyed(ran.log) if "broken out" in line]
    if names == PLACES:
        assert all((repository.clone / inputs[name]).stat().st_size for name in names)


def test_text_of_a_catalog_is_never_taken_for_a_command(tmp_path: Path, action: Path) -> None:
    """Neither from findings nor from problems, nor can it end the quiet."""
    shout = '"::error::broken out\\n::error::broken out"'
    after = CATALOG.replace("id: welcome\n", f"id: welcome\n    name: {shout}\n")
    repository = pull_request(tmp_path, LEVEL, after)
    ran = machine(tmp_path, repository).run(action, directory="offers")
    assert ran.code == 1, ran.log
    for line in obeyed(ran.log):
        assert re.match(r"::(error|warning|notice) [^:]*::", line), line
        assert not line.startswith("::error::broken")
    (repository.clone / "offers" / "catalog.yaml").write_text(CATALOG.replace("id: small", f"id: {shout}"))
    ran = machine(tmp_path, repository).run(action, directory="offers")
    assert ran.code == 3
    assert list(obeyed(ran.log)) == []


def test_a_stale_summary_is_never_shown(tmp_path: Path, action: Path) -> None:
    """A file of the change that lies where the summary goes does not become the summary."""
    repository = pull_request(tmp_path, LEVEL, "not a catalog")
    (repository.clone / "fo.md").write_text("Passed, says the pull request")
    ran = machine(tmp_path, repository).run(action, directory="offers", markdown="fo.md")
    assert ran.code == 3
    assert (ran.summary, ran.outputs["markdown"]) == ("", "")


def test_it_installs_itself_from_where_it_lies(tmp_path: Path, action: Path, root: Path) -> None:
    ran = machine(tmp_path, pull_request(tmp_path, CATALOG, CATALOG)).run(action, directory="offers")
    make, install = ran.installed
    assert make == f"-I -m venv {tmp_path / 'temporary' / 'fairoffer'}"
    assert install == f"-I -m pip --disable-pip-version-check --quiet install {root}"


def test_every_input_is_used_and_every_output_is_made(described: dict[str, Any]) -> None:
    steps = yaml.safe_dump(described["runs"]["steps"])
    used = set(re.findall(r"inputs\.([a-z-]+)", steps))
    assert used == set(described["inputs"])
    gate = next(step for step in described["runs"]["steps"] if step.get("id") == "gate")
    for name, value in gate["env"].items():
        assert re.search(rf"\${name}\b|\b{name}=", gate["run"]), f"{name}: {value} is read by nothing"
    for about in described["outputs"].values():
        assert re.fullmatch(r"\$\{\{ steps\.gate\.outputs\.[a-z_-]+ }}", about["value"])
    assert all(about["description"] for kind in ("inputs", "outputs") for about in described[kind].values())


def test_it_asks_for_nothing_and_pins_what_it_uses(described: dict[str, Any], action: Path) -> None:
    text = action.read_text("utf-8")
    assert not re.search(r"https?://|secrets\.|github\.token", text)
    for step in described["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
