"""Worked cases: small inputs with the outcomes they must have, run as tests of a policy.

A case runs only the rules that it names in `expect`. Each expectation has to match exactly one comparison, and a
finding of a named rule that no expectation matches fails the case: what is not said to fail must not fail.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from fairoffer.audit.audited import Audited, compare_all
from fairoffer.audit.comparison import Comparison
from fairoffer.audit.ids import comparison_id
from fairoffer.compare.market import Shelf
from fairoffer.errors import UsageError
from fairoffer.model.case import Case, Expectation, LoadedCase, load_case
from fairoffer.model.inputs import Inputs
from fairoffer.model.result import Finding, Result
from fairoffer.money import round_half_up
from fairoffer.verdict import judged

SUFFIXES = (".yaml", ".yml")
OTHER_KINDS = ("catalog", "segments", "policy", "policies", "waivers", "book", "notices", "records")
# What an expectation picks its comparison by, and what it then says of it.
PICKED_BY = ("product", "segment", "customer", "notice", "record", "term")
SAID = ("outcome", "reason", "gap", "gap_least", "gap_max", "existing", "comparator", "customers", "customers_coming")
IN_A_PERIOD = ("gap", "gap_least", "gap_max", "existing", "comparator")
SUBJECT = ("product", "segment", "customer", "notice", "record", "offer", "term")
SHOWN = 5

Row = dict[str, object]


@dataclass(frozen=True)
class Report:
    """What became of one case; without faults it passed. A fault begins with its place, `case.yaml:20`."""

    at: str
    name: str
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all that it expects came about, and nothing else."""
        return not self.faults


def find_cases(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The case files that `paths` name, and those under the directories among them, sorted.

    Raises:
        UsageError: a path is not there, or a directory holds no case.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            under = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and _is_case(file))
            if not under:
                raise UsageError(f"{path}: there is no case (a YAML file) under it, so nothing was tested")
            found.update(dict.fromkeys(under))
        elif path.exists():
            found[path] = None
        else:
            raise UsageError(f"{path}: there is no such file or directory, so nothing was tested")
    return list(found)


def _is_case(file: Path) -> bool:
    """Whether a file under a directory is meant as a case: every one is that does not say it is something else."""
    if not file.is_file():
        return False
    with open(file, encoding="utf-8", errors="replace") as text:
        first = next((line for line in text if line.strip() and not line.lstrip().startswith(("#", "---"))), "")
    key, _, kind = first.partition(":")
    return key.strip() != "fairoffer" or kind.strip().partition("/")[0] not in OTHER_KINDS


def run_file(path: str | os.PathLike[str]) -> Report:
    """Run the case in `path`.

    Raises:
        InputError, PolicyError, UsageError: the file is no case, or an inline input or its policy is wrong.
    """
    loaded = load_case(Path(path))
    return Report(loaded.at, loaded.case.name, tuple(_faults(loaded)))


def _faults(loaded: LoadedCase) -> Iterator[str]:
    """Everything that came out otherwise than the case expects."""
    case, inputs = loaded.case, loaded.inputs
    unknown = list(_unknown_rules(loaded))
    if unknown:
        yield from unknown
        return
    audited = _audit_named(case, inputs)
    result = None if audited is None else judged(audited, case.as_of, case.through)
    rows = [] if audited is None or result is None else _rows(result, audited)
    expected: set[object] = set()
    for expectation, at in zip(case.expect, loaded.expect_at, strict=True):
        for fault in _faults_of_one(expectation, rows, expected, inputs):
            yield f"{at}: {fault}"
        for fault in _faults_of_all(expectation, result, case, inputs):
            yield f"{at}: {fault}"
    for finding in () if result is None else result.findings:
        if finding.id not in expected:
            yield f"{loaded.at}: not expected: {_in_words(finding)}"


def _unknown_rules(loaded: LoadedCase) -> Iterator[str]:
    known = [f"{policy.id}/{rule.id}" for policy in loaded.inputs.policies for rule in policy.rules]
    for expectation, at in zip(loaded.case.expect, loaded.expect_at, strict=True):
        named = expectation.rule
        if named is None or any(_names(named, rule) for rule in known):
            continue
        near = difflib.get_close_matches(named, [*known, *(rule.partition("/")[2] for rule in known)], n=1)
        yield f"{at}: no policy of this case has a rule {named!r}" + (f"; did you mean {near[0]}?" if near else "")


def _names(named: str, rule: str) -> bool:
    """Whether `rule` or `policy/rule` names the rule with that full name."""
    return named in (rule, rule.partition("/")[2])


def _audit_named(case: Case, inputs: Inputs) -> Audited | None:
    """The audit by the rules that the case names; none without any."""
    named = {expectation.rule for expectation in case.expect if expectation.rule is not None}
    policies = []
    for policy in inputs.policies:
        rules = tuple(rule for rule in policy.rules if any(_names(name, f"{policy.id}/{rule.id}") for name in named))
        if rules:
            policies.append(policy.model_copy(update={"rules": rules}))
    return compare_all(replace(inputs, policies=tuple(policies)), case.as_of, case.through) if policies else None


def _rows(result: Result, audited: Audited) -> list[Row]:
    """Every comparison with its columns, what only findings know (the offers and the largest gap), and its values as
    they are before they are rounded."""
    exact = {comparison_id(comparison): comparison for comparison in audited.comparisons}
    columns = result.comparisons.model_dump(by_alias=True)
    findings = {finding.id: finding for finding in result.findings}
    rows: list[Row] = []
    for index in range(len(columns["id"])):
        # A column that nothing in the result uses is empty.
        row: Row = {name: column[index] if column else None for name, column in columns.items()}
        finding = findings.get(str(row["id"]))
        row["gap_max"] = finding.gap_max if finding else row["gap_max"]
        row["exact"] = exact[str(row["id"])]
        for side in ("existing", "comparator"):
            shown = getattr(finding, side) if finding else None
            row[f"{side}_offer"] = shown.offer if shown else None
        rows.append(row)
    return rows


def _faults_of_one(expectation: Expectation, rows: list[Row], expected: set[object], inputs: Inputs) -> Iterator[str]:
    """What is wrong with the one comparison that an expectation is about; its id goes into `expected`."""
    if expectation.rule is None:
        return
    found = [row for row in rows if _is_about(expectation, row)]
    expected.update(row["id"] for row in found)
    if len(found) != 1:
        yield _not_one(expectation, found, rows)
        return
    row, fault = _in_period(expectation, found[0], inputs)
    if fault:
        yield f"{_what(row)}: {fault}"
    for name in SAID:
        wanted = getattr(expectation, name)
        if wanted is not None and not _agrees(name, wanted, row):
            yield f"{_what(row)}: {name} is {_actual(name, wanted, row)}, not {wanted}"


def _in_period(expectation: Expectation, row: Row, inputs: Inputs) -> tuple[Row, str | None]:
    """The comparison with its amounts for the period that is expected, or what is wrong where they cannot be so.

    ``once`` is what an amount is for that does not come again: nothing is converted to it, or from it.
    """
    wanted, own = expectation.per, row["per"]
    if wanted is None or wanted == own:
        return row, None
    book = [one for one in inputs.book or () if one.customer == row["customer"]]
    months = book[0].contract.months if book and book[0].contract else None
    lengths: dict[object, int | None] = {"month": 1, "year": 12, "term": months}
    mine, theirs = lengths.get(own) or _horizon(row), lengths.get(wanted)
    if not mine or not theirs:
        return row, f"per is {own or 'not known'}, not {wanted}"
    places, exact = inputs.catalog.places, row["exact"]
    assert isinstance(exact, Comparison)
    brought = dict(row)
    for name in IN_A_PERIOD:
        size = exact.gap_most if name == "gap_max" else exact.part(getattr(exact, name))
        if row[name] is not None and size is not None:
            size = size * theirs / mine
            brought[name] = str(round_half_up(size.numerator, size.denominator, places))
    return brought, None


def _horizon(row: Row) -> int | None:
    """The months of a term such as `total_cost@12`."""
    months = str(row["term"] or "").partition("@")[2].partition("/")[0]
    return int(months) if months.isdigit() else None


def _is_about(expectation: Expectation, row: Row) -> bool:
    if not _names(expectation.rule or "", f"{row['policy']}/{row['rule']}"):
        return False
    offers = (row["offer"], row["existing_offer"], row["comparator_offer"])
    if expectation.offer is not None and expectation.offer not in offers:
        return False
    if not all(getattr(expectation, name) in (None, row[name]) for name in PICKED_BY):
        return False
    wanted, place = expectation.place, row["place"]
    return not wanted if not place else wanted is None or (bool(wanted) and wanted.items() <= place.items())  # type: ignore[attr-defined]


def _not_one(expectation: Expectation, found: list[Row], rows: list[Row]) -> str:
    candidates = found or [row for row in rows if _names(expectation.rule or "", f"{row['policy']}/{row['rule']}")]
    listed = "; ".join(map(_what, candidates[:SHOWN])) + ("; …" if len(candidates) > SHOWN else "")
    if found:
        return f"{len(found)} comparisons match, but it must be one: {listed}"
    return (
        f"no comparison matches; the rule made {listed}" if candidates else "no comparison matches; the rule made none"
    )


def _agrees(name: str, wanted: object, row: Row) -> bool:
    if name in ("existing", "comparator") and _number(wanted) is None:
        return row[f"{name}_offer"] == wanted
    actual, number = row[name], _number(wanted)
    return actual == wanted if number is None else actual is not None and _number(actual) == number


def _actual(name: str, wanted: object, row: Row) -> object:
    by_offer = name in ("existing", "comparator") and _number(wanted) is None
    actual = row[f"{name}_offer" if by_offer else name]
    return "not known" if actual is None else actual


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _faults_of_all(expectation: Expectation, result: Result | None, case: Case, inputs: Inputs) -> Iterator[str]:
    """What is wrong with the totals, and with which products count as closed."""
    if expectation.totals is not None and result is None:
        yield "totals: the case names no rule, so nothing was summed"
    elif expectation.totals is not None and result is not None:
        yield from _differences("totals", expectation.totals, result.totals.model_dump(by_alias=True))
    for product, wanted in (expectation.closed or {}).items():
        yield from _closed_fault(product, wanted, case, inputs)


def _differences(where: str, wanted: Mapping[str, object], actual: Mapping[str, object]) -> Iterator[str]:
    for name, value in wanted.items():
        if name not in actual:
            near = difflib.get_close_matches(name, actual, n=1)
            yield f"{where}.{name}: there is no such total" + (f"; did you mean {near[0]}?" if near else "")
            continue
        found = actual[name]
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            yield from _differences(f"{where}.{name}", value, found)
        elif not _same(value, found):
            yield f"{where}.{name} is {'not known' if found is None else found}, not {value}"


def _same(wanted: object, found: object) -> bool:
    """Whether a total is what was wanted: a number, a text, or `null` for one that is not known."""
    if wanted in (None, "null"):
        return found is None
    number = _number(wanted)
    return str(wanted) == str(found) if number is None else found is not None and _number(found) == number


def _closed_fault(product: str, wanted: bool, case: Case, inputs: Inputs) -> Iterator[str]:
    shelf = Shelf(inputs.catalog, case.as_of, case.through)
    if product not in shelf.products:
        yield f"closed.{product}: the catalog has no such product"
        return
    closed = any(shelf.closed(product, case.as_of, policy.closed_product) is not None for policy in inputs.policies)
    if closed != wanted:
        yield f"closed.{product}: the product counts as {'closed' if closed else 'open'} on {case.as_of}"


def _what(row: Row) -> str:
    """A comparison as a line names it: its subject, then what came out."""
    subject = [str(row[name]) for name in SUBJECT if row[name] is not None]
    place = row["place"] if isinstance(row["place"], dict) else {}
    subject += [f"{name}={value}" for name, value in place.items()]
    outcome = f"{row['outcome']} ({row['reason']})" if row["reason"] else str(row["outcome"])
    return f"{row['rule']} on {' / '.join(subject) or 'the firm'}: {outcome}"


def _in_words(finding: Finding) -> str:
    subject = [part for part in (getattr(finding, name) for name in SUBJECT) if part]
    subject += [f"{name}={value}" for name, value in finding.place.items()]
    gap = "" if finding.gap is None else f", gap {finding.gap}"
    return f"{finding.rule} on {' / '.join(subject) or 'the firm'}: {finding.level}{gap}"
