"""What a pack holds, and that the same result gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from fairoffer.evidence.pack import Versions, contents, pack, policy_files
from fairoffer.evidence.readme import readme
from fairoffer.model.inputs import load_policy, policy_names
from fairoffer.model.result import Policy, Result
from fairoffer.verdict import as_text
from tests.cli.command import Run, fresh
from tests.evidence.conftest import DAY, write_audit

VERSIONS = Versions("0.1.0", "CPython 3.11.0")
RENDERED = dict.fromkeys(("report.html", "findings.csv", "comparisons.csv"), b"")
ORDER = [
    "README.txt", "result.json", "report.html", "findings.csv", "comparisons.csv", "inputs.json",
    "policies/best-offer.yaml", "waivers.json", "versions.json", "MANIFEST.json",
]  # fmt: skip


def test_the_files_and_their_order(files: dict[str, bytes]) -> None:
    assert list(files) == ORDER


def test_the_result_is_there_byte_for_byte(files: dict[str, bytes], result: Path) -> None:
    assert files["result.json"] == result.read_bytes()


def test_a_result_that_was_laid_out_anew_stays_as_it_is(result: Path, tmp_path: Path, run: Run) -> None:
    pretty = tmp_path / "pretty.json"
    pretty.write_text(json.dumps(json.loads(result.read_bytes()), indent=4))
    assert run("evidence", pretty, "-o", tmp_path / "p.zip").code == 0
    with zipfile.ZipFile(tmp_path / "p.zip") as file:
        assert file.read("result.json") == pretty.read_bytes()
    assert run("verify", tmp_path / "p.zip").code == 0


def test_report_and_tables_are_those_of_convert(
    files: dict[str, bytes], result: Path, tmp_path: Path, run: Run
) -> None:
    assert run("convert", result, "-o", tmp_path / "r.html", "-o", tmp_path / "f.csv").code == 0
    assert files["report.html"] == (tmp_path / "r.html").read_bytes()
    assert files["findings.csv"] == (tmp_path / "f.csv").read_bytes()


def test_every_comparison_is_in_the_table(files: dict[str, bytes]) -> None:
    columns = json.loads(files["result.json"])["comparisons"]
    lines = files["comparisons.csv"].decode().splitlines()
    assert lines[0].split(",") == [*(name for name in columns if name != "tenure_months"), "tenure_from", "tenure_to"]
    assert [line.split(",")[0] for line in lines[1:]] == columns["id"]


def test_the_manifest_has_size_and_digest_of_every_other_file(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["MANIFEST.json"])
    assert manifest["fairoffer"] == "evidence/1"
    assert {one["path"]: (one["size"], one["sha256"]) for one in manifest["files"]} == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items() if name != "MANIFEST.json"
    }
    assert all(one["holds"] for one in manifest["files"])


def test_inputs_waivers_and_versions(files: dict[str, bytes], audit: Path) -> None:
    digests = {one["path"]: one["sha256"] for one in json.loads(files["inputs.json"])}
    for path in audit.iterdir():
        assert digests[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
    (waiver,) = json.loads(files["waivers.json"])
    assert (waiver["state"], waiver["owner"]) == ("used", "a.person")
    saved = json.loads(files["result.json"])
    assert waiver == saved["waivers"][0]
    versions = json.loads(files["versions.json"])
    assert versions["fairoffer"] == versions["result_made_by"] == saved["version"]
    assert re.fullmatch(r"\w+ 3\.\d+\.\d+", versions["python"])


@pytest.mark.parametrize("name", policy_names())
def test_a_policy_in_a_pack_is_that_policy_again(name: str, tmp_path: Path) -> None:
    policy = load_policy(name).policy
    read = as_text(policy.model_dump(by_alias=True, exclude_unset=True))
    result = saved(policies=[Policy(id=name, verdict="passed", as_read=read)])
    made = contents(b"", result, RENDERED, VERSIONS)
    (path,) = (path for path in made if path.startswith("policies/"))
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(made[path])
    assert load_policy(str(copy)).policy == policy


def saved(**parts: object) -> Result:
    return Result.model_validate({"verdict": "passed", "exit_code": 0, "as_of": DAY, "version": "0.1.0", **parts})


def test_names_of_policies_never_lead_out_of_their_folder() -> None:
    ids = ["../../etc/passwd", "a/b", "A", "a", "a", "", "ü\n", ".", "x" * 500]
    policies = [Policy(id=one, verdict="passed", as_read={"id": one}) for one in ids]
    names = list(policy_files(saved(policies=policies)))
    assert len({name.casefold() for name in names}) == len(ids)
    assert all(re.fullmatch(r"policies/[A-Za-z0-9_-]{1,90}\.yaml", name) for name in names)
    assert policy_files(saved(policies=[Policy(id="a", verdict="passed")])) == {}


def test_the_same_audit_elsewhere_gives_the_same_pack(tmp_path: Path) -> None:
    """In other directories, processes, orders of hashing, and with other times of the files."""
    digests = set()
    for number, (zone, stamp) in enumerate([("UTC", 1_000_000_000), ("Asia/Tokyo", 1_700_000_000)]):
        place = tmp_path / f"at-{number}" / ("deep" * number or "flat")
        audit = write_audit(place / "audit")
        env = {"PYTHONHASHSEED": str(number), "TZ": zone, "LC_ALL": "C", "COLUMNS": str(60 + number * 60)}
        fresh("audit", "audit", "--as-of", DAY, "-o", "r.json", cwd=place, env=env)
        for path in (*audit.iterdir(), place / "r.json"):
            os.utime(path, (stamp, stamp))
            path.chmod(0o600 if number else 0o644)
        ending = fresh("evidence", "r.json", "-o", f"p{number}.zip", cwd=place, env=env)
        assert ending.code == 0, ending.err
        digest = hashlib.sha256((place / f"p{number}.zip").read_bytes()).hexdigest()
        assert f"SHA-256 {digest}" in ending.out
        digests.add(digest)
    assert len(digests) == 1


def test_versions_are_all_that_python_has_to_do_with_it(result: Path) -> None:
    raw = result.read_bytes()
    one, other = (
        pack(raw, Result.load(result), RENDERED, Versions("0.1.0", python))
        for python in ("CPython 3.11.1", "PyPy 3.12.0")
    )
    with zipfile.ZipFile(io.BytesIO(one)) as a, zipfile.ZipFile(io.BytesIO(other)) as b:
        assert [name for name in a.namelist() if a.read(name) != b.read(name)] == ["versions.json", "MANIFEST.json"]


def test_it_is_written_whole_or_not_at_all(result: Path, tmp_path: Path, run: Run) -> None:
    old = tmp_path / "old.zip"
    old.mkdir()
    assert run("evidence", result, "-o", old).code == 5
    assert run("evidence", result, "-o", tmp_path / "nowhere" / "x.zip").code == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit", "old.zip", "result.json"]


@pytest.mark.parametrize("words", [[], ["-o", "x.json"], ["-o", ""], ["-o", "x"]])
def test_where_it_cannot_go(result: Path, run: Run, words: list[str]) -> None:
    assert run("evidence", result, *words).code == 2


def test_it_never_takes_the_place_of_the_result(result: Path, run: Run, tmp_path: Path) -> None:
    named = tmp_path / "result.zip"
    shutil.copy(result, named)
    assert run("evidence", named, "-o", named).code == 2
    assert named.read_bytes() == result.read_bytes()


def test_what_is_no_result(tmp_path: Path, run: Run) -> None:
    for name, text in {
        "none.json": None,
        "text.json": "no",
        "list.json": "[]",
        "old.json": '{"fairoffer": "result/0"}',
    }.items():
        if text is not None:
            (tmp_path / name).write_text(text)
        ending = run("evidence", tmp_path / name, "-o", tmp_path / "x.zip")
        assert ending.code == 3
        assert name in ending.err
    assert not (tmp_path / "x.zip").exists()


def test_to_stdout(pack: Path, result: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "fairoffer", "evidence", str(result), "-o", "-"], capture_output=True, check=True
    )
    assert done.stdout == pack.read_bytes()
    assert b"SHA-256" in done.stderr


def test_the_words_say_what_was_computed_and_what_was_not(files: dict[str, bytes]) -> None:
    text = " ".join(files["README.txt"].decode().split())
    result = json.loads(files["result.json"])
    ledger = result["ledger"]
    assert f"{ledger['all']} = {ledger['pass']} passed + {ledger['failed']} failed" in text
    for part in (
        "small",
        DAY,
        "Verdict: failed",
        *result["reasons"],
        *(one["says"] for one in result["assumptions"]),
        *(one["sha256"] for one in result["inputs"]),
        "Waivers read: 1 (used: 1)",
        "not legal advice",
        "It does not say that any law, licence or promise is kept",
        "A pack is not signed",
    ):
        assert part in text
    assert not re.search(r"\b(compl(y|ies|iant|iance)|lawful|legal(?! advice)|fair)\b", text)


def test_the_words_of_other_results() -> None:
    text = " ".join(
        readme(
            saved(
                verdict="not-proven",
                through="2027-01-31",
                catalog={"id": "a\u202eb\n=cmd", "supplier": None},
                ledger={
                    "all": 3,
                    "out_of_scope": 1,
                    "not_assessable": {"no-data": 2},
                    "offers": {"used": 1, "expired": 2},
                },
                totals={
                    "currency": "GBP",
                    "by_default": {"gross": "1234567.50", "net": "-1.00", "gross_with_waived": "9"},
                },
                policies=[{"id": "p", "verdict": "not-proven", "version": "2"}],
                base={"against": "main", "kind": "revision", "states": {"worsened": 1200, "fixed": 0}, "failing": 7},
                problems=[{"path": "x.yaml", "message": "is not read"}],
            ),
            {},
            "0.2.0",
        ).split()
    )
    for part in (
        "Catalog: a\\u202eb\\n=cmd",
        "and on every later day up to 2027-01-31",
        "Verdict: not proven",
        "Packed with: fairoffer 0.2.0",
        "Could not be assessed: 2 of 3 comparisons (no-data: 2)",
        "Out of scope of their rules: 1 of 3",
        "How many customers there are is not known",
        "Offers in no comparison: expired: 2",
        "GBP 1,234,567.50 gross, -1.00 net of those who do better, 9 gross with what is waived",
        "Even with the best choice open to them, a year: not known",
        "Warnings about the inputs: 1",
        "Compared with: main (a revision)",
        "Against the base: worsened: 1,200. Of these fail: 7.",
    ):
        assert part in text
