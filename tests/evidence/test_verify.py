"""`fairoffer verify`: every change of a pack is told, and its result is computed again."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairoffer import __version__
from fairoffer.cli.evidence import rendered
from fairoffer.errors import FairofferError
from fairoffer.evidence.archive import zipped
from fairoffer.evidence.check import check
from tests.cli.command import Run
from tests.cli.conftest import CATALOG, SEGMENTS
from tests.evidence.conftest import DAY, relisted, write_audit
from tests.evidence.test_pack import ORDER

Repacked = Callable[..., Path]


def first(text: str) -> str:
    return text.splitlines()[0].partition(": ")[2]


def changed(raw: bytes, **parts: Any) -> bytes:
    """A result with other parts, written as results are written."""
    from fairoffer.model.saved import to_bytes

    return to_bytes(json.loads(raw) | parts)


def test_a_pack_as_it_was_made(pack: Path, run: Run) -> None:
    ending = run("verify", pack)
    assert (ending.code, ending.err) == (0, "")
    assert ending.out.splitlines()[:4] == [
        f"{pack}: same",
        "  10 files, as the manifest says",
        f"  they are what fairoffer {__version__} makes of the result",
        f"  small, judged on {DAY}: failed",
    ]
    assert run("verify", pack, "--quiet").out == f"{pack}: same\n"


@pytest.mark.parametrize("name", ORDER[:-1])
def test_a_file_that_differs_is_missing_or_was_cut(
    name: str, files: dict[str, bytes], repacked: Repacked, run: Run
) -> None:
    data = files[name]
    flipped = bytes([data[0] ^ 1]) + data[1:]
    for other, said in ((flipped, "differs from the manifest: SHA-256"), (data[:-1], "differs from the manifest")):
        ending = run("verify", repacked({**files, name: other}))
        assert ending.code == 1
        assert first(ending.out).startswith(f"differs: {name} {said}")
    ending = run("verify", repacked({key: value for key, value in files.items() if key != name}))
    assert ending.code == 1
    assert first(ending.out) == f"differs: {name} is missing"


def test_the_first_of_several(files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    other = {**files, "waivers.json": b"[]", "report.html": b"", "more.txt": b""}
    assert first(run("verify", repacked(other)).out).startswith("differs: report.html ")


def test_a_file_that_was_added(pack: Path, files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    with zipfile.ZipFile(pack, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("my notes.txt", "a note, " * 100)
    ending = run("verify", pack)
    assert (ending.code, first(ending.out)) == (
        1,
        "differs: my notes.txt was added: the manifest does not list it",
    )
    ending = run("verify", repacked({**files, "x.txt": b""}, listed=True))
    assert ending.code == 1
    assert first(ending.out).startswith("differs: x.txt was added: fairoffer")


@pytest.mark.parametrize(
    "name", [name for name in ORDER if name not in ("result.json", "versions.json", "MANIFEST.json")]
)
def test_a_change_that_the_manifest_covers_up(name: str, files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    ending = run("verify", repacked({**files, name: files[name] + b" "}, listed=True))
    assert ending.code == 1
    assert first(ending.out) == f"differs: {name} is not what fairoffer {__version__} makes of result.json"
    rest = {key: value for key, value in files.items() if key != name}
    ending = run("verify", repacked(rest, listed=True))
    assert ending.code == 1
    assert first(ending.out).startswith(f"differs: {name} is missing")


def test_a_result_that_the_manifest_covers_up(files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    other = changed(files["result.json"], reasons=["None at all."])
    ending = run("verify", repacked({**files, "result.json": other}, listed=True))
    assert ending.code == 1
    assert first(ending.out).startswith("differs: README.txt is not what fairoffer")


def test_a_manifest_with_other_words(files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    other = files["MANIFEST.json"].replace(b"this text", b"that text")
    ending = run("verify", repacked({**files, "MANIFEST.json": other}))
    assert (ending.code, first(ending.out)) == (
        1,
        f"differs: MANIFEST.json is not what fairoffer {__version__} makes of result.json",
    )


def test_another_order_and_another_zip_around_the_same_files(
    pack: Path, files: dict[str, bytes], repacked: Repacked, run: Run
) -> None:
    turned = dict(reversed(files.items()))
    assert first(run("verify", repacked(turned)).out) == "differs: the files are the same, but in another order"
    with zipfile.ZipFile(pack, "w") as file:
        for name, data in files.items():
            file.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 9, 0, 0)), data)
    ending = run("verify", pack)
    assert ending.code == 1
    assert first(ending.out).startswith("differs: the files are the same, but not the ZIP around them")
    pack.write_bytes(zipped(files) + b"#")
    assert run("verify", pack).code == 1


def test_a_pack_of_another_version(files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    """Its manifest can be checked, and what cannot is said first."""
    versions = files["versions.json"].replace(f'"fairoffer": "{__version__}"'.encode(), b'"fairoffer": "0.0.9"')
    path = repacked({**files, "versions.json": versions, "report.html": b"of then"}, listed=True)
    ending = run("verify", path)
    assert ending.code == 0
    assert first(ending.out) == "as its manifest says; not checked further"
    assert f"fairoffer 0.0.9 made this pack and this is {__version__}" in ending.out
    ending = run("verify", repacked({**files, "versions.json": b"[]"}, listed=True))
    assert (ending.code, first(ending.out)) == (1, "differs: versions.json does not say what made the pack")


@pytest.mark.parametrize(
    "manifest, said",
    [
        (b"{", "MANIFEST.json is not JSON"),
        (b"[" * 100_000, "MANIFEST.json is not JSON"),
        (b"[]", "no evidence pack"),
        (b'{"fairoffer": "evidence/2"}', "'evidence/2'; this program reads 'evidence/1'"),
        (b'{"fairoffer": "evidence/1", "files": [1]}', "does not list"),
        (b'{"fairoffer": "evidence/1", "files": [{"path": "a", "size": true, "sha256": ""}]}', "does not list"),
        (b'{"fairoffer": "evidence/1", "files": [{"path": "a", "size": 1, "sha256": "x"}]}', "SHA-256"),
    ],
)  # fmt: skip
def test_a_manifest_that_is_none(
    manifest: bytes, said: str, files: dict[str, bytes], repacked: Repacked, run: Run
) -> None:
    ending = run("verify", repacked({**files, "MANIFEST.json": manifest}))
    assert (ending.code, ending.out) == (3, "")
    assert said in ending.err


def test_a_manifest_that_lists_nothing(files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    ending = run("verify", repacked({"MANIFEST.json": b'{"fairoffer": "evidence/1"}'}))
    assert (ending.code, first(ending.out)) == (1, "differs: README.txt is missing, in the manifest too")


def test_what_is_no_pack(
    tmp_path: Path, result: Path, pack: Path, files: dict[str, bytes], repacked: Repacked, run: Run
) -> None:
    short = tmp_path / "short.zip"
    short.write_bytes(pack.read_bytes()[:-30])
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    some = tmp_path / "some.zip"
    with zipfile.ZipFile(some, "w") as file:
        for name, data in files.items():
            file.writestr(name, data, zipfile.ZIP_DEFLATED if name == "report.html" else zipfile.ZIP_STORED)
    none = repacked({"a.txt": b""})
    for path, said in (
        (tmp_path / "nothing.zip", "cannot be read"),
        (tmp_path, "cannot be read"),
        (result, "is not a ZIP file"),
        (short, "it may be cut off"),
        (packed, "MANIFEST.json is compressed"),
        (some, "report.html is compressed"),
        (none, "holds no MANIFEST.json"),
    ):
        ending = run("verify", path)
        assert (ending.code, ending.out) == (3, ""), path
        assert said in ending.err


def test_a_result_of_another_kind(files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    for text in (b"{}", b'{"fairoffer": "result/2"}', b"no"):
        ending = run("verify", repacked({**files, "result.json": text}, listed=True))
        assert ending.code == 3
        assert "other.zip/result.json" in ending.err


def test_what_it_is_called_with(run: Run, pack: Path, tmp_path: Path) -> None:
    assert run("verify").code == 2
    assert run("verify", "").code == 2
    assert run("verify", pack, "").code == 2
    assert run("verify", pack, tmp_path / "nowhere").code == 3
    assert run("verify", pack, tmp_path / "no*where").code == 2


def ending_of(data: bytes, path: Path) -> int:
    try:
        return 1 if check(data, path, rendered).difference else 0
    except FairofferError as error:
        return error.exit_code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(data=st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject, pack: Path) -> None:
    content = bytearray(pack.read_bytes())
    place = data.draw(st.one_of(st.integers(0, len(content) - 1), st.integers(len(content) - 1200, len(content) - 1)))
    content[place] ^= data.draw(st.integers(1, 255))
    assert ending_of(bytes(content), pack) in (1, 3)


# With the directory: the audit is run again.


def test_the_same_result_again_elsewhere(pack: Path, audit: Path, tmp_path: Path, run: Run) -> None:
    ending = run("verify", pack, audit)
    assert ending.code == 0, ending.out
    assert f"  run again on {audit}: the same result, byte for byte" in ending.out.splitlines()
    assert run("verify", pack, shutil.copytree(audit, tmp_path / "copy" / "of")).code == 0


def test_other_days_than_today(audit: Path, tmp_path: Path, run: Run) -> None:
    run("audit", audit, "--as-of", "2024-02-29", "--through", "2024-12-31", "-o", tmp_path / "r.json")
    run("evidence", tmp_path / "r.json", "-o", tmp_path / "p.zip")
    assert run("verify", tmp_path / "p.zip", audit).code == 0


@pytest.mark.parametrize("name", ["catalog.yaml", "segments.yaml", "waivers.yaml"])
def test_an_input_that_changed(name: str, pack: Path, audit: Path, run: Run) -> None:
    path = audit / name
    path.write_text(path.read_text() + "# a word\n")
    ending = run("verify", pack, audit)
    assert ending.code == 1
    assert first(ending.out).startswith(f"differs: run again on {audit}, input {name}: another file; SHA-256 ")
    path.unlink()
    ending = run("verify", pack, audit)
    assert ending.code == 1
    assert first(ending.out) == f"differs: run again on {audit}, input {name}: is not there"


def test_all_inputs_that_changed_are_told(pack: Path, audit: Path, run: Run) -> None:
    (audit / "segments.yaml").write_text("not yaml: [")
    (audit / "catalog.yaml").unlink()
    lines = run("verify", pack, audit).out.splitlines()
    assert "input catalog.yaml: is not there" in lines[0]
    assert "also: run again" in lines[1]
    assert "input segments.yaml: another file" in lines[1]


def test_an_input_that_came(pack: Path, audit: Path, result: Path, tmp_path: Path, run: Run) -> None:
    bare = write_audit(tmp_path / "bare")
    for name in ("segments.yaml", "waivers.yaml"):
        (bare / name).unlink()
    run("audit", bare, "--as-of", DAY, "-o", tmp_path / "r.json")
    run("evidence", tmp_path / "r.json", "-o", tmp_path / "p.zip")
    assert run("verify", tmp_path / "p.zip", bare).code == 0
    (bare / "segments.yaml").write_text(SEGMENTS)
    ending = run("verify", tmp_path / "p.zip", bare)
    assert ending.code == 1
    assert first(ending.out).endswith("input segments.yaml: is read now, was not read then")


def test_a_file_that_is_not_read_and_came_since(pack: Path, audit: Path, run: Run) -> None:
    (audit / "findings.csv").write_text("id\n")
    ending = run("verify", pack, audit)
    assert ending.code == 1
    assert first(ending.out).startswith(
        f"differs: run again on {audit}, warning now, not then: findings.csv: is not read"
    )
    assert "also:" not in ending.out


def test_a_catalog_alone(audit: Path, tmp_path: Path, run: Run) -> None:
    run("audit", audit / "catalog.yaml", "--as-of", DAY, "-o", tmp_path / "r.json")
    run("evidence", tmp_path / "r.json", "-o", tmp_path / "p.zip")
    assert run("verify", tmp_path / "p.zip", audit / "catalog.yaml").code == 0
    ending = run("verify", tmp_path / "p.zip", audit)
    assert ending.code == 1
    assert "input segments.yaml: is read now, was not read then" in ending.out


def doctored(files: dict[str, bytes], repacked: Repacked, result: bytes, tmp_path: Path, run: Run) -> Path:
    """The pack that `fairoffer evidence` makes of a result that somebody changed: it holds together."""
    (tmp_path / "doctored.json").write_bytes(result)
    assert run("evidence", tmp_path / "doctored.json", "-o", tmp_path / "doctored.zip").code == 0
    assert run("verify", tmp_path / "doctored.zip").code == 0
    return tmp_path / "doctored.zip"


def test_a_result_that_was_never_computed(
    files: dict[str, bytes], repacked: Repacked, audit: Path, tmp_path: Path, run: Run
) -> None:
    raw = files["result.json"]
    read = json.loads(raw)
    less = [{**read["findings"][0], "gap": "0.01"}, *read["findings"][1:]]
    name = f"{read['findings'][0]['id']}, best-offer/{read['findings'][0]['rule']}, fibre, stayed"
    columns = read["comparisons"]
    outcome = ["pass", *columns["outcome"][1:]]
    for parts, said in (
        ({"verdict": "passed", "exit_code": 0}, "verdict: passed then, failed now"),
        ({"findings": less}, f"findings[{name}].gap: 0.01 then, {read['findings'][0]['gap']} now"),
        ({"findings": less[1:]}, f"findings[{name}]: in the result now, not then"),
        ({"totals": read["totals"] | {"customers": 5}}, "totals.customers: 5 then, 100 now"),
        (
            {"comparisons": columns | {"outcome": outcome}},
            f"comparison {columns['id'][0]}: outcome pass then, {columns['outcome'][0]} now",
        ),
    ):
        path = doctored(files, repacked, changed(raw, **parts), tmp_path, run)
        ending = run("verify", path, audit)
        assert ending.code == 1
        assert first(ending.out) == f"differs: run again on {audit}, {said}"


def test_the_same_values_in_another_layout(
    files: dict[str, bytes], repacked: Repacked, audit: Path, tmp_path: Path, run: Run
) -> None:
    pretty = json.dumps(json.loads(files["result.json"]), indent=2).encode()
    ending = run("verify", doctored(files, repacked, pretty, tmp_path, run), audit)
    assert ending.code == 1
    assert first(ending.out).endswith("the values are the same, but written otherwise than fairoffer writes them")


def test_a_result_of_another_version_of_the_program(
    files: dict[str, bytes], repacked: Repacked, audit: Path, tmp_path: Path, run: Run
) -> None:
    """Told first, and then whether anything else differs."""
    path = doctored(files, repacked, changed(files["result.json"], version="0.0.9"), tmp_path, run)
    ending = run("verify", path, audit)
    said = f"version: fairoffer 0.0.9 computed the result, this is {__version__}"
    assert (ending.code, first(ending.out)) == (1, f"differs: run again on {audit}, {said}")
    assert "also:" not in ending.out
    (audit / "catalog.yaml").write_text(CATALOG + "# more\n")
    lines = run("verify", path, audit).out.splitlines()
    assert said in lines[0]
    assert "also: run again" in lines[1]
    assert "input catalog.yaml" in lines[1]


def test_a_result_that_compares_with_a_base(
    files: dict[str, bytes], repacked: Repacked, audit: Path, tmp_path: Path, run: Run
) -> None:
    base = {"against": "main", "kind": "revision"}
    path = doctored(files, repacked, changed(files["result.json"], base=base), tmp_path, run)
    ending = run("verify", path, audit)
    assert ending.code == 2
    assert "compares with a base" in ending.err


def test_a_day_that_is_none(files: dict[str, bytes], repacked: Repacked, audit: Path, tmp_path: Path, run: Run) -> None:
    path = doctored(files, repacked, changed(files["result.json"], as_of="2026-13-45"), tmp_path, run)
    ending = run("verify", path, audit)
    assert ending.code == 3
    assert "2026-13-45 is no day" in ending.err


def test_a_pack_may_name_anything_as_an_input(
    files: dict[str, bytes], repacked: Repacked, audit: Path, tmp_path: Path, run: Run
) -> None:
    inputs = json.loads(files["result.json"])["inputs"]
    for name in ("/dev/zero", "../../../../../../dev/zero", "a\0b", "x" * 5000, ""):
        other = [inputs[0] | {"path": name}, *inputs[1:]]
        path = doctored(files, repacked, changed(files["result.json"], inputs=other), tmp_path, run)
        ending = run("verify", path, audit)
        assert ending.code == 1
        assert ": is not there" in ending.out.splitlines()[0]


# Policies: where they were, where the directory is, or as the pack says that they were read.

HOUSE = """\
fairoffer: policy/1
id: house
version: 3
title: No worse by default
status: house
compare: {with: new-customer, like_for_like: [product], months: [12]}
rules:
  - {id: by-default, check: default-gap, terms: [cost], level: house, tolerance: {money: "1.00"}}
"""


def packed_under(audit: Path, tmp_path: Path, run: Run, *words: str) -> Path:
    assert run("audit", audit, "--as-of", DAY, *words, "-o", tmp_path / "r.json").code in (0, 1, 4)
    assert run("evidence", tmp_path / "r.json", "-o", tmp_path / "p.zip").code == 0
    return tmp_path / "p.zip"


def bare_audit(tmp_path: Path) -> Path:
    audit = write_audit(tmp_path / "bare")
    (audit / "waivers.yaml").unlink()
    return audit


def test_the_directory_s_own_policy(tmp_path: Path, run: Run) -> None:
    audit = bare_audit(tmp_path)
    (audit / "policy.yaml").write_text(HOUSE)
    pack = packed_under(audit, tmp_path, run)
    assert run("verify", pack, audit).code == 0
    (audit / "policy.yaml").write_text(HOUSE.replace("1.00", "2.00"))
    ending = run("verify", pack, audit)
    assert ending.code == 1
    assert first(ending.out).startswith(f"differs: run again on {audit}, policy policy.yaml: another file; SHA-256 ")


def test_a_list_of_policies(tmp_path: Path, run: Run) -> None:
    audit = bare_audit(tmp_path)
    (audit / "house.yaml").write_text(HOUSE)
    (audit / "policy.yaml").write_text("fairoffer: policies/1\nuse: [best-offer, house.yaml]\n")
    pack = packed_under(audit, tmp_path, run)
    assert run("verify", pack, audit).code == 0


def test_a_policy_that_stands_elsewhere(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found where the command was run; elsewhere the pack's own copy is run, and that is said."""
    audit = bare_audit(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "ours.yaml").write_text(HOUSE)
    monkeypatch.chdir(tmp_path)
    pack = packed_under(audit, tmp_path, run, "--policy", "policies/ours.yaml", "--policy", "best-offer")
    ending = run("verify", pack, "bare")
    assert ending.code == 0
    assert "is not there" not in ending.out
    monkeypatch.chdir(audit)
    ending = run("verify", pack, ".")
    assert ending.code == 0, ending.out
    assert "  policy policies/ours.yaml is not there; it was run as the pack says that it was read" in ending.out


def test_a_policy_in_a_pack_can_be_run(pack: Path, audit: Path, tmp_path: Path, run: Run) -> None:
    with zipfile.ZipFile(pack) as file:
        file.extract("policies/best-offer.yaml", tmp_path)
    ending = run("audit", audit, "--as-of", DAY, "--policy", tmp_path / "policies" / "best-offer.yaml")
    assert ending.code == 1
    assert "best-offer" in ending.out


def test_a_policy_that_is_nowhere(
    files: dict[str, bytes], repacked: Repacked, audit: Path, tmp_path: Path, run: Run
) -> None:
    read = json.loads(files["result.json"])
    inputs = [
        one | {"path": "gone.yaml", "sha256": "0" * 64} if one["kind"] == "policy" else one for one in read["inputs"]
    ]
    path = doctored(files, repacked, changed(files["result.json"], inputs=inputs), tmp_path, run)
    ending = run("verify", path, audit)
    assert ending.code == 1
    assert first(ending.out).endswith("policy gone.yaml: is not there")


def test_a_hostile_name_does_not_reach_the_screen(files: dict[str, bytes], repacked: Repacked, run: Run) -> None:
    manifest = json.loads(files["MANIFEST.json"])
    manifest["files"].insert(0, {"path": "\x1b[2Ja\nsame", "size": 0, "sha256": "0" * 64})
    ending = run("verify", repacked({**files, "MANIFEST.json": json.dumps(manifest).encode()}))
    assert ending.code == 1
    assert "\x1b" not in ending.out
    assert ending.out.splitlines()[0].endswith("\\nsame is missing")


def test_relisted_is_the_pack_s_own_way(files: dict[str, bytes]) -> None:
    """The tests' way to cover up a change is exact, or they would find it for another reason."""
    assert relisted(files) == files
