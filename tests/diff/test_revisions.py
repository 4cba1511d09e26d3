"""Bases in git: merge bases, shallow clones, subdirectories, work trees, hooks; nothing is fetched or written."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from fairoffer.diff import BaseError, diff
from fairoffer.errors import UsageError
from tests.cli.command import ROOT
from tests.diff.repo import DAY, FILES, commit, git, make, replace, states, told, write

CHEAPER = replace("catalog.yaml", ('"20.00", per: month', '"18.00", per: month'))
DEARER = replace("catalog.yaml", ('"20.00", per: month', '"22.00", per: month'))
WORSE = {"worsened": 6, "failing": 4}


def remote(tmp_path: Path) -> Path:
    """A repository to clone from, on whose main ten commits have been made."""
    place = make(tmp_path / "remote")
    for number in range(10):
        write(tmp_path / "remote", {"notes.txt": f"{number}\n"})
        commit(tmp_path / "remote", f"note {number}")
    git(tmp_path / "remote", "config", "uploadpack.allowFilter", "true")
    git(tmp_path / "remote", "config", "uploadpack.allowAnySHA1InWant", "true")
    return place


def clone(tmp_path: Path, *options: str) -> Path:
    git(tmp_path, "clone", "-q", *options, f"file://{tmp_path / 'remote'}", "clone")
    return tmp_path / "clone" / "offers"


def command_in(error: UsageError) -> list[str]:
    """The git command that a message says to run."""
    (line,) = [line.strip() for line in str(error).splitlines() if line.strip().startswith("git ")]
    return shlex.split(line)[1:]


def obey(place: Path, against: str) -> str:
    """Do what the refusal says; gives back the command."""
    with pytest.raises(UsageError) as refused:
        told(place, against)
    assert refused.value.exit_code == 2
    command = command_in(refused.value)
    git(place, *command)
    return shlex.join(command[2:] if command[0] == "-C" else command)


@pytest.mark.parametrize("name", ["HEAD", "main", "v1", "HEAD~0", "refs/heads/main", "HEAD@{0}"])
def test_names_of_revisions(tmp_path: Path, name: str) -> None:
    place = make(tmp_path / "repo")
    git(tmp_path / "repo", "tag", "-a", "v1", "-m", "first")
    sha = git(tmp_path / "repo", "rev-parse", "HEAD")
    CHEAPER(place)
    for against in (name, sha, sha[:8]):
        result = told(place, against)
        assert states(result) == WORSE
        assert result.base is not None
        assert (result.base.kind, result.base.revision, result.base.verdict) == ("revision", sha, "failed")


def test_what_is_not_committed_is_the_head(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    CHEAPER(place)
    git(tmp_path / "repo", "add", "-A")
    assert states(told(place)) == WORSE


def test_the_merge_base_is_not_the_branch(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    top = tmp_path / "repo"
    base = git(top, "rev-parse", "HEAD")
    git(top, "checkout", "-q", "-b", "feature")
    write(top, {"notes.txt": "mine"})
    commit(top)
    git(top, "checkout", "-q", "main")
    DEARER(place)
    commit(top)
    git(top, "checkout", "-q", "feature")
    assert states(told(place, "main")) == WORSE, "main has become better meanwhile"
    for against in ("main@merge-base", "@merge-base"):
        result = told(place, against)
        assert states(result) == {"unchanged": 6, "failing": 0}
        assert result.base is not None
        assert result.base.revision == base


def test_the_default_branch_is_that_of_the_remote(tmp_path: Path) -> None:
    remote(tmp_path)
    place = clone(tmp_path)
    sha = git(place, "rev-parse", "HEAD")
    git(place, "branch", "main-old", "HEAD~3")
    git(place, "checkout", "-q", "-B", "main", "HEAD~3")
    CHEAPER(place)
    commit(place, "mine")
    result = told(place, "@merge-base")
    assert result.base is not None
    assert result.base.revision == git(place, "rev-parse", "origin/main~3")
    git(place, "merge", "-q", "--no-edit", "origin/main")
    result = told(place, "@merge-base")
    assert result.base is not None
    assert result.base.revision == sha
    assert states(result) == WORSE


def test_without_a_default_branch(tmp_path: Path) -> None:
    place = make(tmp_path / "repo")
    git(place, "branch", "-m", "trunk")
    with pytest.raises(UsageError, match="no default branch here"):
        told(place, "@merge-base")
    assert states(told(place, "trunk@merge-base")) == {"unchanged": 6, "failing": 0}


def test_a_shallow_clone_without_the_branch(tmp_path: Path) -> None:
    remote(tmp_path)
    git(tmp_path / "remote", "branch", "old", "HEAD~4")
    place = clone(tmp_path, "--depth", "1")
    CHEAPER(place)
    assert obey(place, "origin/old") == "fetch --no-tags --depth=1 origin +old:refs/remotes/origin/old"
    assert states(told(place, "origin/old")) == WORSE


def test_a_shallow_clone_without_the_commit(tmp_path: Path) -> None:
    remote(tmp_path)
    sha = git(tmp_path / "remote", "rev-parse", "HEAD~4")
    place = clone(tmp_path, "--depth", "1")
    CHEAPER(place)
    assert obey(place, sha) == f"fetch --no-tags --depth=1 origin {sha}"
    assert states(told(place, sha)) == WORSE


@pytest.mark.parametrize("against", ["HEAD~1", "HEAD^", "HEAD~3", "HEAD~2^1"])
def test_a_shallow_clone_without_the_parents(tmp_path: Path, against: str) -> None:
    remote(tmp_path)
    place = clone(tmp_path, "--depth", "1")
    CHEAPER(place)
    assert obey(place, against).startswith("fetch --no-tags --deepen=")
    assert states(told(place, against)) == WORSE


def test_a_shallow_clone_without_the_tag(tmp_path: Path) -> None:
    remote(tmp_path)
    git(tmp_path / "remote", "tag", "v1", "HEAD~5")
    place = clone(tmp_path, "--depth", "1", "--no-tags")
    CHEAPER(place)
    with pytest.raises(UsageError, match="and then use --against origin/v1"):
        told(place, "v1")
    obey(place, "v1")
    assert states(told(place, "origin/v1")) == WORSE


def test_a_shallow_clone_of_a_request_as_build_machines_make_it(tmp_path: Path) -> None:
    """Only the commit to be tested is there, detached, and no branch of the remote."""
    place = remote(tmp_path)
    top = tmp_path / "remote"
    git(top, "checkout", "-q", "-b", "feature", "HEAD~6")
    CHEAPER(place)
    tip = commit(top, "feature")
    git(top, "checkout", "-q", "main")
    mine = tmp_path / "mine"
    mine.mkdir()
    git(mine, "init", "-q")
    git(mine, "remote", "add", "origin", f"file://{top}")
    git(mine, "fetch", "-q", "--no-tags", "--depth=1", "origin", f"+{tip}:refs/remotes/pull/5/head")
    git(mine, "checkout", "-q", "--detach", tip)
    assert "origin/HEAD" in obey(mine / "offers", "@merge-base")
    assert obey(mine / "offers", "origin/main") == "fetch --no-tags --depth=1 origin +main:refs/remotes/origin/main"
    assert "--deepen=" in obey(mine / "offers", "origin/main@merge-base")
    result = told(mine / "offers", "origin/main@merge-base")
    assert states(result) == WORSE
    assert result.base is not None
    assert result.base.revision == git(top, "merge-base", "main", tip)


def test_an_older_merge_base_that_a_shallow_clone_shows_is_not_taken(tmp_path: Path) -> None:
    """The feature took main in by a merge, which lies behind the end of the clone: what is left in sight is older."""
    place = remote(tmp_path)
    top = tmp_path / "remote"
    git(top, "checkout", "-q", "-b", "feature", "HEAD~8")
    write(top, {"mine.txt": "1"})
    commit(top, "mine")
    git(top, "checkout", "-q", "main")
    DEARER(place)
    commit(top, "main is better")
    middle = git(top, "rev-parse", "HEAD")
    for number in range(6):
        write(top, {"notes.txt": f"after {number}"})
        commit(top, f"after {number}")
    git(top, "checkout", "-q", "feature")
    git(top, "merge", "-q", "--no-edit", middle)
    write(top, {"mine.txt": "2"})
    commit(top, "mine again")
    assert git(top, "merge-base", "feature", "main") == middle
    git(tmp_path, "clone", "-q", "--no-single-branch", "--depth", "4", "-b", "feature", f"file://{top}", "clone")
    place = tmp_path / "clone" / "offers"
    for _ in range(5):
        try:
            result = told(place, "origin/main@merge-base")
            break
        except UsageError as refused:
            git(place, *command_in(refused))
    assert result.base is not None
    assert result.base.revision == middle
    assert states(result) == {"unchanged": 6, "failing": 0}


def test_a_partial_clone_is_not_completed_behind_one_s_back(tmp_path: Path) -> None:
    place = remote(tmp_path)
    CHEAPER(place)
    commit(tmp_path / "remote", "cheaper")
    place = clone(tmp_path, "--filter=blob:none")
    with pytest.raises(UsageError, match="are in this clone; run"):
        told(place, "HEAD~1")
    assert obey(place, "HEAD~1").startswith("archive --output=/dev/null ")
    assert states(told(place, "HEAD~1")) == WORSE


@pytest.mark.parametrize(
    "against, says",
    [
        ("nowhere", "there is no revision 'nowhere' in the repository at"),
        ("origin/nowhere", "if it is at the remote, run"),
        ("0" * 40, "if it is at the remote, run"),
        ("--output=x", "is not a git revision"),
        ("main:offers", "there is no revision"),
        ("main..main", "there is no revision"),
        ("main...HEAD", "for where two branches parted write main@merge-base"),
        ("a\nb", "is not a git revision"),
        ("", "--against is empty"),
        (" ", "is not a git revision"),
        ("\0", "is not a git revision"),
        ("x@merge-base", "there is no revision 'x'"),
        ("nowhere.json", "there is no revision 'nowhere.json' in the repository"),
        ("nowhere.json", "and no file or directory of that name"),
        ("v1^{tree}", "there is no revision"),
    ],
)
def test_what_is_no_revision_is_refused(tmp_path: Path, against: str, says: str) -> None:
    place = make(tmp_path / "repo")
    with pytest.raises(UsageError) as refused:
        told(place, against)
    assert says in str(refused.value)
    assert refused.value.exit_code == 2


def test_no_repository_no_commit_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = write(tmp_path / "alone", FILES)
    with pytest.raises(UsageError, match="in no git repository"):
        told(place)
    git(tmp_path / "alone", "init", "-q")
    with pytest.raises(UsageError, match="has no commits yet"):
        told(place)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed"):
        told(place)


def test_a_name_that_is_a_path_and_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make(tmp_path / "repo")
    write(tmp_path / "repo" / "main", FILES)
    monkeypatch.chdir(tmp_path / "repo")
    with pytest.raises(UsageError, match=r"is a path and a git revision; write \./main or refs/heads/main"):
        diff("offers", "main", as_of=DAY)
    kinds = [diff(place, name, as_of=DAY).base for name in ("./main", "refs/heads/main")]
    assert [one.kind for one in kinds if one] == ["directory", "revision"]


@pytest.mark.parametrize("folder", [".", "a/b c/ü"])
def test_folders_are_kept(tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make(tmp_path / "repo", folder=folder)
    CHEAPER(place)
    assert states(told(place)) == WORSE
    monkeypatch.chdir(place)
    assert states(diff(".", "HEAD", as_of=DAY)) == WORSE
    result = diff("catalog.yaml", "HEAD", policies=["policy.yaml"], as_of=DAY)
    assert set(states(result)) == {"worsened", "failing"}
    assert result.base is not None
    assert not result.base.policy_changed


def test_a_link_to_the_folder_and_links_in_it(tmp_path: Path) -> None:
    top = tmp_path / "repo"
    place = make(top)
    (place / "catalog.yaml").rename(top / "shared.yaml")
    (place / "catalog.yaml").symlink_to("../shared.yaml")
    commit(top)
    (tmp_path / "link").symlink_to(place)
    text = (top / "shared.yaml").read_text().replace('"20.00", per: month', '"18.00", per: month')
    (top / "shared.yaml").write_text(text)
    assert states(told(tmp_path / "link")) == WORSE


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    top = tmp_path / "repo"
    place = make(top)
    write(tmp_path, {"secret.yaml": "secret: 1\n"})
    (place / "catalog.yaml").unlink()
    (place / "catalog.yaml").symlink_to("../../secret.yaml")
    commit(top)
    (place / "catalog.yaml").unlink()
    write(place, FILES)
    with pytest.raises(UsageError, match=r"base:HEAD:offers holds no catalog\.yaml"):
        told(place)


def test_a_work_tree_beside_the_repository(tmp_path: Path) -> None:
    make(tmp_path / "repo")
    git(tmp_path / "repo", "worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    place = tmp_path / "tree" / "offers"
    CHEAPER(place)
    assert states(told(place, "main")) == WORSE


def test_where_a_hook_points_git_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make(tmp_path / "repo")
    make(tmp_path / "other", {"catalog.yaml": "nothing"})
    CHEAPER(place)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other" / ".git" / "index.lock"))
    monkeypatch.setenv("GIT_PREFIX", "x/")
    assert states(told(place)) == WORSE


def test_where_only_the_environment_leads_to_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make(tmp_path / "repo")
    (tmp_path / "repo" / ".git").rename(tmp_path / "elsewhere")
    CHEAPER(place)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "repo"))
    assert states(told(place)) == WORSE


def test_names_that_are_hard_to_ask_git_for(tmp_path: Path) -> None:
    place = make(tmp_path / "repo", {**FILES, "a blob 5.yaml": "x: 1\n", "b\nc.yaml": "x: 1\n", "é.yaml": "x: 1\n"})
    CHEAPER(place)
    assert states(told(place)) == WORSE
    hard = make(tmp_path / "b\nc")
    with pytest.raises(UsageError, match="line break"):
        told(hard)


def test_from_a_hook_of_a_commit(tmp_path: Path) -> None:
    top = tmp_path / "repo"
    place = make(top)
    hook = top / ".git" / "hooks" / "pre-commit"
    command = shlex.join(
        [sys.executable, "-m", "fairoffer", "diff", "offers", "--against", "HEAD", "--as-of", str(DAY)]
    )
    hook.write_text(f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {command}\n")
    hook.chmod(0o755)
    CHEAPER(place)
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for options in (["-a"], ["offers/catalog.yaml"]):
        done = subprocess.run(["git", *who, "commit", "-m", "x", *options], cwd=top, capture_output=True, text=True)
        assert done.returncode == 1, done.stderr
        assert done.stdout.startswith("Failed") or "Failed" in done.stderr
    replace("catalog.yaml", ('"18.00", per: month', '"22.00", per: month'))(place)
    done = subprocess.run(["git", *who, "commit", "-am", "x"], cwd=top, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_new_audit_is_all_introduced(tmp_path: Path) -> None:
    top = tmp_path / "repo"
    make(top, {"readme.txt": "nothing here"}, folder="docs")
    place = write(top / "offers", FILES)
    result = told(place)
    assert states(result) == {"introduced": 6, "failing": 4}
    assert result.base is not None
    assert (result.base.present, result.base.verdict, result.exit_code) == (False, None, 1)
    assert "HEAD does not have this audit: all of it is new." in result.reasons


@pytest.mark.parametrize(
    "files, says",
    [
        ({"catalog.yaml": "fairoffer: catalog/1\nid: [\n"}, r"base:HEAD:offers/catalog\.yaml:\d"),
        ({"segments.yaml": "fairoffer: segments/1\nsegments: []\n"}, r"base:HEAD:offers/segments\.yaml:2"),
        ({"catalog.yaml": ""}, r"base:HEAD:offers/catalog\.yaml"),
        ({"catalog.ndjson": "{}"}, r"base:HEAD:offers holds catalog\.yaml and catalog\.ndjson"),
        ({"segments.csv": "id\n"}, r"base:HEAD:offers holds segments\.yaml and segments\.csv"),
        ({"catalog.yaml": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"}, "kept by git-lfs"),
    ],
)
def test_a_base_that_cannot_be_read_is_named(tmp_path: Path, files: dict[str, str], says: str) -> None:
    place = make(tmp_path / "repo", {**FILES, **files})
    for name in files:
        (place / name).unlink()
    write(place, FILES)
    with pytest.raises((BaseError, UsageError), match=says) as refused:
        told(place)
    assert refused.value.exit_code == 2
    assert "/fairoffer-" not in str(refused.value)


def test_policies_of_the_repository_come_from_the_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tmp_path / "repo"
    listed = "fairoffer: policies/1\nuse: [../rules/house.yaml]\n"
    place = make(top, {**FILES, "policy.yaml": listed, "../rules/house.yaml": FILES["policy.yaml"]})
    result = told(place)
    assert result.base is not None
    assert not result.base.policy_changed
    house = top / "rules" / "house.yaml"
    house.write_text(
        house.read_text().replace("[cost], level: house", '[cost], tolerance: {money: "500"}, level: house')
    )
    monkeypatch.chdir(top)
    for policies in ((), ("rules/house.yaml",)):
        result = diff(place, "HEAD", policies, DAY)
        assert result.base is not None
        assert (result.base.policy_changed, len(result.base.policy_drops)) == (True, 4)


def test_a_catalog_in_several_files_and_as_a_table(tmp_path: Path) -> None:
    head, products, offers = FILES["catalog.yaml"].partition("products:")
    products, offers, rest = (products + offers).partition("offers:")
    several = {
        "catalog/a.yaml": head + products,
        "catalog/b.yaml": "fairoffer: catalog/1\n" + offers + rest,
    }
    files = {**{name: text for name, text in FILES.items() if name != "catalog.yaml"}, **several}
    place = make(tmp_path / "repo", files)
    replace("catalog/b.yaml", ('"20.00", per: month', '"18.00", per: month'))(place)
    assert states(told(place)) == WORSE


def test_nothing_is_left_in_the_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make(tmp_path / "repo")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    told(place)
    assert os.listdir(tmp_path / "tmp") == []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="no temporary directory"):
        told(place)
