"""`fairoffer waivers`: what list and check say of each state, and what add does to the files people write."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ending, Run, fresh

Make = Callable[..., Path]
DAY = ("--as-of", "2026-11-21")
HEAD = "fairoffer: waivers/1\nwaivers:\n"
REASON = "Letters go out region by region until the end of March."
WHO = ("--kind", "migration", "--owner", "pricing", "--approved-by", "committee")
FIELDS = {
    "rule": "by-default",
    "match": "{segment: stayed}",
    "reason": REASON,
    "kind": "migration",
    "owner": "pricing",
    "approved_by": "committee",
    "created": "2026-11-01",
    "expires": "2027-03-31",
    "cap": '{money: "500.00"}',
}


def entry(**fields: str | None) -> str:
    """An entry as people write it; a field that is None is left out."""
    lines = [f"{name}: {value}" for name, value in (FIELDS | fields).items() if value is not None]
    return "  - " + "\n    ".join(lines) + "\n"


def states(run: Run, place: Path, *options: str) -> list[str]:
    listed = run("waivers", "list", place, *(options or DAY))
    assert listed.code == 0, listed.err
    return re.findall(r"^waivers\.yaml:\d+  ([a-z-]+),", listed.out, re.MULTILINE)


# list and check


def test_list_shows_every_state(run: Run, make_audit: Make) -> None:
    place = make_audit(
        waivers_yaml=HEAD
        + entry(expires="2026-12-21")
        + entry(rule="best-within-reach", cap='{money: "1.00"}')
        + entry(match="{segment: nobody}")
        + entry(created="2026-03-01", expires="2026-08-28")
        + entry(created="2026-12-01")
        + entry(rule=None, match=None, not_assessable="{product: fibre, reason: no-comparator}", cap="{customers: 5}")
    )
    listed = run("waivers", "list", place, *DAY)
    assert listed.code == 0, listed.err
    lines = listed.out.splitlines()
    assert lines[0] == ("6 waivers on 2026-11-21 under best-offer: 1 used, 1 over-cap, 1 expired, 2 unused, 1 coming")
    assert states(run, place) == ["used", "over-cap", "unused", "expired", "coming", "unused"]
    assert "waivers.yaml:3  used, until 2026-12-21, 30 days left" in lines
    assert "  accepts 2 findings" in lines
    assert "  live again: 2 findings" in lines
    assert "  owner pricing, approved by committee, migration" in lines
    assert any(line.endswith("expired, 85 days ago, on 2026-08-28") for line in lines)
    assert any(line.endswith("coming, from 2026-12-01 to 2027-03-31") for line in lines)
    assert "  not assessable: product fibre, reason no-comparator" in lines
    assert re.search(
        r"^    fo1_[a-z2-7]{24}  fibre stayed total_cost@12, gap GBP \d+\.\d\d, 100 customers$", listed.out, re.M
    )


def test_what_is_coming_accepts_nothing_yet(run: Run, make_audit: Make) -> None:
    listed = run("waivers", "list", make_audit(waivers_yaml=HEAD + entry(created="2026-12-01")), *DAY)
    assert "  will be about 2 findings" in listed.out.splitlines()
    assert "accepts" not in listed.out


def test_what_cannot_be_assessed_may_be_accepted(run: Run, root: Path) -> None:
    listed = run("waivers", "list", root / "fixtures" / "broadband", *DAY)
    assert "  accepts that they cannot be assessed" in listed.out.splitlines()


@pytest.mark.parametrize(
    "fields, code, says",
    [
        pytest.param({}, 0, "Passed: 1 waiver on", id="used"),
        pytest.param({"created": "2026-12-01"}, 0, "1 coming", id="coming"),
        pytest.param({"created": "2026-06-01", "expires": "2026-11-20"}, 1, "expired 1 day ago", id="expired"),
        pytest.param({"created": "2026-06-01", "expires": "2026-11-21"}, 0, "expires today, very soon", id="last day"),
        pytest.param({"expires": "2026-11-28"}, 0, "expires in 7 days, very soon", id="a week"),
        pytest.param({"expires": "2026-11-29"}, 0, "expires in 8 days, on", id="more than a week"),
        pytest.param({"expires": "2026-12-21"}, 0, "expires in 30 days, on", id="a month"),
        pytest.param({"expires": "2026-12-22"}, 0, "1 used\nNext", id="more than a month"),
        pytest.param({"cap": '{money: "0.01"}'}, 1, "is over its cap (money 0.01)", id="over its cap"),
        pytest.param({"match": "{segment: other}"}, 1, "is unused", id="unused"),
        pytest.param({"approved_by": "Pricing"}, 2, "approved by its own owner", id="self-approved"),
        pytest.param({"cap": None}, 2, "cap: is required", id="malformed"),
        pytest.param({"reason": "short"}, 2, "at least 20 characters", id="short reason"),
        pytest.param({"expires": "2027-11-01"}, 2, "180 days", id="too long"),
        pytest.param({"match": None}, 2, "match", id="a bare rule"),
    ],
)
def test_check(run: Run, make_audit: Make, fields: dict[str, str | None], code: int, says: str) -> None:
    place = make_audit(waivers_yaml=HEAD + entry(**fields))
    checked = run("waivers", "check", place, *DAY)
    assert checked.code == code, checked.out + checked.err
    assert says in checked.out + checked.err
    if code == 1:
        assert checked.out.startswith("Failed: 1 of 1 waiver no longer holds on 2026-11-21 under best-offer\n")
        assert "owner pricing" in checked.out


def test_check_says_what_is_live_again(run: Run, make_audit: Make) -> None:
    place = make_audit(waivers_yaml=HEAD + entry(created="2026-06-01", expires="2026-11-20"))
    checked = run("waivers", "check", place, *DAY)
    assert len(re.findall(r"fo1_[a-z2-7]{24}", checked.out)) == 2
    gone = make_audit(waivers_yaml=HEAD + entry(match="{segment: x}", created="2026-06-01", expires="2026-11-20"))
    assert "what it accepted is gone" in run("waivers", "check", gone, *DAY).out


@pytest.mark.parametrize("number, warned", [(10, False), (11, True)])
def test_check_warns_of_many_that_end_on_one_day(run: Run, make_audit: Make, number: int, warned: bool) -> None:
    expired = entry(created="2026-03-01", expires="2026-05-01") * 11
    place = make_audit(waivers_yaml=HEAD + entry() * number)
    checked = run("waivers", "check", place, *DAY)
    assert checked.code == 0
    assert (f"warning: {number} waivers expire on 2027-03-31" in checked.out) is warned
    place = make_audit(waivers_yaml=HEAD + expired)
    assert "waivers expire on" not in run("waivers", "check", place, *DAY).out


def test_no_waivers_are_fine(run: Run, make_audit: Make) -> None:
    checked = run("waivers", "check", make_audit(), *DAY)
    assert (checked.code, checked.out.splitlines()[0]) == (0, "Passed: 0 waivers on 2026-11-21 under best-offer")
    assert "waivers add" in run("waivers", "list", make_audit(), *DAY).out


def test_quiet_is_one_line(run: Run, make_audit: Make) -> None:
    checked = run("waivers", "check", make_audit(waivers_yaml=HEAD + entry(match="{segment: x}")), *DAY, "-q")
    assert (checked.code, len(checked.out.splitlines())) == (1, 1)


def test_a_policy_that_is_not_run_leaves_its_waivers_unused(run: Run, make_audit: Make) -> None:
    place = make_audit(waivers_yaml=HEAD + entry(rule="best-offer/by-default"))
    assert states(run, place) == ["used"]
    assert states(run, place, *DAY, "--policy", "uk-sear-shadow") == ["unused"]


def test_through_looks_at_later_days_too(run: Run, make_audit: Make) -> None:
    place = make_audit(waivers_yaml=HEAD + entry())
    assert "2026-11-21 through 2026-12-31" in run("waivers", "list", place, *DAY, "--through", "2026-12-31").out


@pytest.mark.parametrize("command", ["list", "check"])
@pytest.mark.parametrize(
    "arguments, code, says",
    [
        (("nowhere",), 3, "no such file"),
        (("",), 2, "empty"),
        (("audit/catalog.yaml",), 2, "name the directory"),
        (("audit", "--as-of", "soon"), 2, "2026-11-21"),
        (("audit", *DAY, "--through", "2026-11-20"), 2, "before"),
        (("audit", "--policy", "best-ofer"), 2, "best-offer"),
    ],
)
def test_what_cannot_be_looked_at(
    run: Run,
    make_audit: Make,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    arguments: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(make_audit().parent)
    ending = run("waivers", command, *arguments)
    assert (ending.code, ending.out) == (code, "")
    assert says in ending.err


def test_a_catalog_that_cannot_be_read_is_exit_3(run: Run, make_audit: Make) -> None:
    assert run("waivers", "check", make_audit(catalog="fairoffer: catalog/1\n"), *DAY).code == 3


# add


@pytest.fixture
def audited(run: Run, make_audit: Make) -> Callable[..., tuple[Path, Path, list[dict[str, Any]]]]:
    """An audit directory, its saved result, and the findings in it, those of by-default first."""

    def make(**files: str) -> tuple[Path, Path, list[dict[str, Any]]]:
        place = make_audit(**files)
        saved = place.parent / "result.json"
        assert run("audit", place, *DAY, "-q", "-o", saved).code == 1
        findings = json.loads(saved.read_text(encoding="utf-8"))["findings"]
        return place, saved, sorted(findings, key=lambda one: one["rule"] != "by-default")

    return make


def add(run: Run, place: Path, saved: Path, finding: str, *options: str) -> Ending:
    """`waivers add` with all it needs; later options win."""
    return run("waivers", "add", finding, saved, "--dir", place, "--reason", REASON, *WHO, *options)


def test_add_begins_a_file_with_what_the_result_says(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    one = findings[0]
    ending = add(run, place, saved, one["id"][:14], "--ticket", "PRC-500")
    assert (ending.code, ending.out) == (0, ""), ending.err
    assert f"wrote {place / 'waivers.yaml'}:3" in ending.err
    assert (place / "waivers.yaml").read_text(encoding="utf-8") == (
        "fairoffer: waivers/1\n"
        "waivers:\n"
        f"  - finding: {one['id']}\n"
        f"    reason: {REASON}\n"
        "    kind: migration\n"
        "    owner: pricing\n"
        "    approved_by: committee\n"
        "    created: 2026-11-21\n"
        "    expires: 2027-05-20\n"
        f'    cap: {{money: "{one["gap"]}"}}\n'
        "    ticket: PRC-500\n"
    )
    assert states(run, place) == ["used"]
    assert run("waivers", "check", place, *DAY).code == 0
    assert states(run, place, "--as-of", "2027-05-20") == ["used"]
    assert states(run, place, "--as-of", "2027-05-21") == ["expired"]


def test_all_findings_can_be_accepted_and_then_the_audit_passes(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    for one in findings:
        assert add(run, place, saved, one["id"]).code == 0
    assert states(run, place) == ["used"] * len(findings)
    assert run("audit", place, *DAY).code == 0


def test_print_writes_nothing(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    ending = add(run, place, saved, findings[0]["id"], "--print")
    assert ending.code == 0
    assert not (place / "waivers.yaml").exists()
    assert "nothing was written" in ending.err
    (place / "waivers.yaml").write_text(HEAD + ending.out, encoding="utf-8")
    assert states(run, place) == ["used"]


@pytest.mark.parametrize(
    "options, cap",
    [
        ((), '{money: "120.00"}'),
        (("--cap", "money"), '{money: "120.00"}'),
        (("--cap", "money=130.5"), '{money: "130.5"}'),
        (("--cap", "percent", "--cap", "customers"), '{percent: "50.0", customers: 100}'),
        (("--cap", "amount"), '{amount: "120.00"}'),
        (("--cap", "customers=200"), "{customers: 200}"),
    ],
)
def test_caps(run: Run, audited: Any, options: tuple[str, ...], cap: str) -> None:
    place, saved, findings = audited()
    one = next(f for f in findings if f["rule"] == "by-default" and f["term"] == "total_cost@12")
    ending = add(run, place, saved, one["id"], *options)
    assert ending.code == 0, ending.err
    assert f"cap: {cap}\n" in (place / "waivers.yaml").read_text(encoding="utf-8")
    assert states(run, place) == ["used"]


@pytest.mark.parametrize(
    "options, says",
    [
        (("--reason", "because"), "--reason: must be at least 20 characters: say why this is acceptable"),
        (("--approved-by", "PRICING"), "the entry: is approved by its own owner, 'pricing'; somebody else must"),
        (("--owner", ""), "--owner: must not be empty"),
        (("--approved-by", "a\nb"), "--approved-by: must be at most 200 printable characters"),
        (("--expires", "2027-05-21"), "may hold for 180 days, so expires may be at most 2027-05-20"),
        (("--expires", "2026-11-20"), "before it was created"),
        (("--expires", "next week"), "2026-11-21"),
        (("--cap", "mony=1"), "--cap mony: unknown key 'mony'; did you mean 'money'?"),
        (("--cap", "money=£60"), "--cap money: must be an amount like 24.99, not '£60'; write 60"),
        (("--cap", "money=1", "--cap", "money"), "--cap money: is given twice"),
        (("--cap", "points"), "--cap points: cannot be measured of this finding (its gap is in GBP); use money"),
        (("--cap", "money=1.00"), "it would stay live"),
        (("--as-of", "2027-01-01", "--expires", "2026-12-31"), "before it was created"),
        (("--cap", "=5"), "unknown key ''"),
        (("--cap", "customers=-1"), "--cap customers: must not be negative"),
        (("--dir", ""), "a path is empty"),
        (("--reason", "not text \udcff, but bytes of another encoding"), "--reason: must be text"),
    ],
)
def test_what_add_refuses(run: Run, audited: Any, options: tuple[str, ...], says: str) -> None:
    place, saved, findings = audited()
    ending = add(run, place, saved, findings[0]["id"], *options)
    assert (ending.code, ending.out) == (2, "")
    assert says in ending.err
    assert not (place / "waivers.yaml").exists()


def test_several_faults_are_told_at_once(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    ending = add(run, place, saved, findings[0]["id"], "--reason", "short", "--owner", " x")
    assert {line.partition(":")[0] for line in ending.err.splitlines()} == {"--reason", "--owner"}


def test_the_finding_the_result_and_the_directory_must_be_there(
    run: Run, audited: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, saved, findings = audited()
    one = findings[0]["id"]
    assert "no such finding" in add(run, place, saved, "fo1_aaaa").err
    assert "findings begin so" in add(run, place, saved, "fo1_").err
    assert add(run, place, place / "nothing.json", one).code == 3
    assert add(run, place, place / "catalog.yaml", one).code == 3
    assert "no such directory" in add(run, place / "nowhere", saved, one).err
    elsewhere = add(run, tmp_path, saved, one)
    assert (elsewhere.code, "holds no catalog.yaml" in elsewhere.err) == (2, True)
    monkeypatch.chdir(place)
    ending = run("waivers", "add", one, "--reason", REASON, *WHO)
    assert (ending.code, "name the saved result too" in ending.err) == (2, True)
    monkeypatch.chdir(tmp_path)
    assert run("waivers", "add", one, "--dir", "audit", "--reason", REASON, *WHO).code == 0


def test_two_entries_for_one_finding_are_refused_but_an_expired_one_is_only_told(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    one = next(f for f in findings if f["rule"] == "by-default")["id"]
    (place / "waivers.yaml").write_text(HEAD + entry(), encoding="utf-8")
    ending = add(run, place, saved, one)
    assert (ending.code, "waivers.yaml:3 is about it already, until 2027-03-31" in ending.err) == (2, True)
    (place / "waivers.yaml").write_text(HEAD + entry(created="2026-03-01", expires="2026-08-28"), encoding="utf-8")
    ending = add(run, place, saved, one)
    assert (ending.code, "waivers.yaml:3 is about the same finding and has expired" in ending.err) == (0, True)


def test_the_default_day_is_one_on_which_not_too_many_end(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    others = entry(match="{segment: x}", created="2026-11-21", expires="2027-05-20") * 10
    (place / "waivers.yaml").write_text(HEAD + others, encoding="utf-8")
    assert add(run, place, saved, findings[0]["id"]).code == 0
    assert "expires: 2027-05-19\n" in (place / "waivers.yaml").read_text(encoding="utf-8")


OTHER = "{rule: by-default, match: {segment: x}, reason: 'Nobody is in that segment now, # but', kind: k, owner: o, approved_by: p, created: 2026-11-01, expires: 2027-01-01, cap: {money: '1'}}"  # noqa: E501


def comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


FILES = {
    "only a header": "fairoffer: waivers/1\n",
    "a header without a line break": "fairoffer: waivers/1",
    "a header and comments": "# ours\nfairoffer: waivers/1\n\n# nothing yet\n",
    "no value": "fairoffer: waivers/1\nwaivers:\n",
    "an empty list": "fairoffer: waivers/1\nwaivers: []  # none yet\n",
    "a flow list": f"fairoffer: waivers/1\nwaivers: [{OTHER}]\n",
    "a flow list over lines": f"fairoffer: waivers/1\nwaivers: [\n  {OTHER},  # a, b\n  # c\n]\n",
    "all in flow": f"{{fairoffer: waivers/1, waivers: [{OTHER}]}}",
    "flow entries in a block": f"fairoffer: waivers/1\nwaivers:\n- {OTHER}\n",
    "the list first": f"waivers:\n{entry(match='{segment: x}')}\n# a header at the end\nfairoffer: waivers/1\n",
    "no line break at the end": HEAD + entry(match="{segment: x}").rstrip("\n"),
    "comments at the end": HEAD
    + entry(match="{segment: x}")
    + "    # of the entry\n  # of the list\n\n# of the file\n\n\n",
    "unicode": "# Für später – 日本 😀\n"
    + HEAD
    + entry(match="{segment: x}", owner="Zoë 日本", reason="Ünïcode " * 5 + "– 😀"),
    "a text in a block": HEAD
    + entry(match="{segment: x}", reason=">\n      Nobody is there now,\n      # and that is text\n"),
    "an entry apart from the next": HEAD + entry(match="{segment: x}") + "\n" + entry(match="{segment: y}"),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "newline, mark", [("\n", b""), ("\r\n", b""), ("\n", b"\xef\xbb\xbf")], ids=["lf", "crlf", "bom"]
)
def test_add_keeps_what_stands_in_the_file(run: Run, audited: Any, name: str, newline: str, mark: bytes) -> None:
    place, saved, findings = audited()
    before = FILES[name].replace("\n", newline)
    path = place / "waivers.yaml"
    path.write_bytes(mark + before.encode())
    ending = add(run, place, saved, findings[0]["id"], "--reason", 'Wörtlich: "so" # und, nicht anders')
    assert ending.code == 0, ending.err
    data = path.read_bytes()
    assert data.startswith(mark + before.encode()[:10])
    after = data.removeprefix(mark).decode()
    rest = iter(after)
    assert all(character in rest for character in before.replace("[]", "")), after
    assert comments(after) == comments(before)
    if "\n" in before:
        assert after.count("\r\n") == (after.count("\n") if newline == "\r\n" else 0)
    listed = run("waivers", "list", place, *DAY).out
    assert "1 used" in listed.splitlines()[0]
    assert 'Wörtlich: "so" # und, nicht anders' in listed


@pytest.mark.parametrize(
    "text, says",
    [
        (HEAD + "  - &all {rule: x}\n", "the anchor &all is not supported"),
        (HEAD + entry() + "  - *all\n", "*all"),
        (HEAD + "  - !!map {rule: x}\n", "tag"),
        (HEAD + entry() + entry(owner=None), "waivers[1].owner: is required"),
        (HEAD + entry(approved_by="pricing"), "approved by its own owner"),
        (HEAD + "\t- rule: x\n", "tab"),
        (HEAD + "  - rule: [\n", "waivers.yaml:"),
        (HEAD + entry() + "waivers: []\n", "written twice"),
        (HEAD + entry() + "---\na: b\n", "second document"),
        ("fairoffer: waivers/1\nwaiver: []\n", "did you mean 'waivers'?"),
        ("fairoffer: waivers/1\nwaivers: none\n", "must be a list"),
        ("fairoffer: catalog/1\nwaivers: []\n", "catalog"),
        ("fairoffer: waivers/2\nwaivers: []\n", "waivers/1"),
        ("waivers: []\n", "must start with"),
        ("{fairoffer: waivers/1}\n", "add this one by hand:\n  - finding: fo1_"),
        ("", "is empty"),
        ("# nothing\n", "waivers.yaml:1:1"),
        ("- a\n", "must be keys and values"),
        ("fairoffer: waivers/1\x00\n", "control character"),
    ],
)
def test_a_file_that_no_audit_would_read_is_left_alone(run: Run, audited: Any, text: str, says: str) -> None:
    place, saved, findings = audited()
    path = place / "waivers.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    ending = add(run, place, saved, findings[0]["id"])
    assert (ending.code, ending.out) == (2, "")
    assert says in ending.err
    assert path.read_text(encoding="utf-8") == text


def test_a_file_in_another_encoding_is_left_alone(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    (place / "waivers.yaml").write_bytes("# für\nfairoffer: waivers/1\n".encode("latin-1"))
    ending = add(run, place, saved, findings[0]["id"])
    assert (ending.code, "not UTF-8" in ending.err) == (2, True)
    (place / "waivers.yaml").unlink()
    (place / "waivers.yaml").mkdir()
    assert "is not a file" in add(run, place, saved, findings[0]["id"]).err


def test_where_nothing_can_be_written(run: Run, audited: Any) -> None:
    """A read-only directory; for a user who may write everywhere, a link into a place that takes no files."""
    place, saved, findings = audited()
    if os.access("/", os.W_OK):
        (place / "waivers.yaml").symlink_to("/proc/self/nowhere/waivers.yaml")
    else:
        place.chmod(0o555)
    try:
        ending = add(run, place, saved, findings[0]["id"])
    finally:
        place.chmod(0o755)
    assert (ending.code, ending.out) == (5, "")
    assert "waivers.yaml: cannot be written" in ending.err


def test_the_file_keeps_its_rights_and_its_link(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    real = place.parent / "ours.yaml"
    real.write_text(HEAD + entry(match="{segment: x}"), encoding="utf-8")
    real.chmod(0o640)
    (place / "waivers.yaml").symlink_to(real)
    assert add(run, place, saved, findings[0]["id"]).code == 0
    assert (place / "waivers.yaml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []


def test_a_file_that_changes_meanwhile_is_left_alone(run: Run, audited: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place, saved, findings = audited()
    from fairoffer.cli import waiver_added

    def slow(file: Any, waiver: Any) -> Any:
        file.path.write_text(HEAD + entry(), encoding="utf-8")
        return original(file, waiver)

    original = waiver_added.with_waiver
    monkeypatch.setattr(waiver_added, "with_waiver", slow)
    ending = add(run, place, saved, findings[0]["id"])
    assert (ending.code, "changed meanwhile" in ending.err) == (5, True)
    assert (place / "waivers.yaml").read_text(encoding="utf-8") == HEAD + entry()


@pytest.mark.parametrize(
    "says, cap",
    [
        ({"gap": "0.333333", "unit": "percent", "term": "rate"}, '{points: "0.3334"}'),
        ({"gap": "90", "unit": "Mbit/s"}, '{amount: "90"}'),
        ({"gap": "0.0512", "unit": "share"}, '{amount: "0.0512"}'),
        ({"gap": "12.345", "unit": "GBP"}, '{money: "12.35"}'),
        ({"gap": None, "gap_percent": None, "unit": None, "customers": 7}, "{customers: 7}"),
    ],
)
def test_the_cap_follows_the_unit_of_the_gap(run: Run, audited: Any, says: dict[str, Any], cap: str) -> None:
    place, saved, findings = audited()
    result = json.loads(saved.read_text(encoding="utf-8"))
    one = next(f for f in result["findings"] if f["id"] == findings[0]["id"])
    one.update(says)
    saved.write_text(json.dumps(result), encoding="utf-8")
    ending = add(run, place, saved, one["id"], "--print")
    assert ending.code == 0, ending.err
    assert f"cap: {cap}\n" in ending.out


def test_what_has_no_size_cannot_be_capped(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    result = json.loads(saved.read_text(encoding="utf-8"))
    one = next(f for f in result["findings"] if f["id"] == findings[0]["id"])
    one.update({"gap": None, "gap_percent": None, "unit": None, "customers": None})
    saved.write_text(json.dumps(result), encoding="utf-8")
    ending = add(run, place, saved, one["id"])
    assert (ending.code, "no cap could hold" in ending.err) == (2, True)


def test_hostile_words_stay_words(run: Run, audited: Any) -> None:
    place, saved, findings = audited()
    hostile = "x\n  - rule: y\u202e\x1b[31m" + "a" * 20
    assert add(run, place, saved, findings[0]["id"], "--reason", hostile).code == 0
    text = (place / "waivers.yaml").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 10
    assert text.isprintable() is False
    assert "\x1b" not in text
    listed = run("waivers", "list", place, *DAY)
    assert "\x1b" not in listed.out
    assert states(run, place) == ["used"]


def test_through_the_real_command(make_audit: Make) -> None:
    place = make_audit(waivers_yaml=HEAD + entry(match="{segment: x}"))
    assert fresh("waivers", "check", place, *DAY).code == 1
    assert fresh("waivers", "list", place, *DAY).code == 0


# The page

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"#\s*exit (\d+)\s*$")


def test_the_page_is_tried_from_start_to_end(
    run: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commands run in order in one folder, as do the files it writes; what it shows is there, or is printed."""
    monkeypatch.chdir(tmp_path)
    printed, ran = "", 0
    for kind, name, body in BLOCK.findall((root / "docs" / "waivers.md").read_text(encoding="utf-8")):
        if kind == "sh":
            printed = ""
            for line in re.sub(r"\\\n\s*", "", body).splitlines():
                program, *arguments = shlex.split(line, comments=True)
                expected = EXIT.search(line)
                ending = run(*arguments)
                printed += ending.out + ending.err
                assert program == "fairoffer"
                assert ending.code == (int(expected[1]) if expected else 0), line + ending.err
                ran += 1
        elif kind == "yaml":
            (tmp_path / name).write_text(body, encoding="utf-8")
        elif name:
            assert (tmp_path / name).read_text(encoding="utf-8") == body
        else:
            assert body.rstrip() in printed
    assert ran == 9
