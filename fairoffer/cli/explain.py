"""`fairoffer explain`: a finding of a saved result, a rule of a policy, or a check."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fairoffer.cli.on_books import on_books
from fairoffer.cli.outputs import to_stdout
from fairoffer.cli.terminal import plain

if TYPE_CHECKING:
    from fairoffer.model.result import Finding, Result

FINDING = "fo1_"
SAVED = ("result.json", "out/result.json")


@click.command("explain")
@click.argument("what", metavar="FINDING|RULE|CHECK")
@click.argument("result", required=False, metavar="[RESULT]")
def explain_command(what: str, result: str | None) -> int:
    """Explain a finding, a rule, or a check.

    The start of a finding's id is enough; a rule is named with its policy: best-offer/by-default.
    A finding is looked up in RESULT, a saved result; default result.json or out/result.json.
    """
    if what.startswith(FINDING) or result is not None:
        lines = _explain_finding(what, result)
    elif "/" in what:
        lines = _explain_rule(what)
    else:
        lines = _explain_check(what)
    to_stdout("\n".join(plain(line) for line in lines))
    return 0


def _explain_finding(start: str, saved: str | None) -> Iterable[str]:
    from fairoffer.cli.explanation import finding_lines
    from fairoffer.model.result import Result

    path = saved or next((name for name in SAVED if Path(name).is_file()), None)
    if path is None:
        raise click.UsageError(f"{start}: name the saved result too: fairoffer explain {start} RESULT")
    result = Result.load(path)
    return finding_lines(result, find_finding(result, start, path))


def find_finding(result: Result, start: str, path: str) -> Finding:
    """The one finding whose id begins with `start`.

    Raises:
        click.UsageError: none does, or several do.
    """
    found = [finding for finding in result.findings if finding.id.startswith(start)]
    if len(found) == 1:
        return found[0]
    if found:
        raise click.UsageError(f"{start}: {len(found)} findings begin so: {_some([one.id for one in found])}")
    outcomes = dict(zip(result.comparisons.id, result.comparisons.outcome, strict=True))
    if start in outcomes:
        raise click.UsageError(f"{start}: not a finding; the outcome of that comparison is {outcomes[start]}")
    ids = [finding.id for finding in result.findings]
    raise click.UsageError(f"{start}: no such finding in {path}{_nearest(start, ids, few='it holds none')}")


def _explain_rule(name: str) -> Iterable[str]:
    from fairoffer.cli.rule_explained import rule_lines
    from fairoffer.model.inputs import load_policy, policy_names, shipped_policies

    chosen, _, rule_id = name.rpartition("/")
    if chosen not in policy_names() and not Path(chosen).is_file():
        rules = [f"{policy.id}/{rule.id}" for policy in shipped_policies() for rule in policy.rules]
        raise click.UsageError(f"{name}: no such rule{_nearest(name, rules)}")
    policy = load_policy(chosen).policy
    file = None if chosen in policy_names() else Path(chosen)
    for rule in policy.rules:
        if rule.id == rule_id:
            return rule_lines(policy, rule, file)
    raise click.UsageError(f"{name}: no such rule{_nearest(name, [f'{chosen}/{rule.id}' for rule in policy.rules])}")


def _explain_check(name: str) -> Iterable[str]:
    from fairoffer.checks import CHECKS

    check = CHECKS.get(name)
    if check is not None:
        return [f"{check.id}", "", check.doc.strip(), *on_books(check.id)]
    from fairoffer.model.inputs import shipped_policies

    rules = [(policy, rule) for policy in shipped_policies() for rule in policy.rules]
    named = [(policy, rule) for policy, rule in rules if rule.id == name]
    if len(named) == 1:
        from fairoffer.cli.rule_explained import rule_lines

        return rule_lines(*named[0])
    if named:
        raise click.UsageError(f"{name}: several policies have it: {_some([f'{p.id}/{r.id}' for p, r in named])}")
    known = [*CHECKS, *(rule.id for _, rule in rules)]
    raise click.UsageError(f"{name}: no such finding, rule or check{_nearest(name, known)}")


def _nearest(name: str, known: list[str], few: str = "there are none") -> str:
    """What to say after "no such …": the nearest name, or the names there are."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; {few}" if not known else f"; there are {_some(sorted(set(known)))}"


def _some(names: list[str]) -> str:
    """The names, cut where a screen ends."""
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
