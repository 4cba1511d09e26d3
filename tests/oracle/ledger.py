"""From cells to comparisons, and from comparisons to the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.bench import Told
from tests.oracle.checks import CHECKS, AllChecks
from tests.oracle.costs import Costs
from tests.oracle.sides import EVERYONE, ROLLED_OVER, Group, Market, goes_on, judged_days
from tests.oracle.weigh import REASONS, Cell, Values

PLACES = {"JPY": 0, "KWD": 3, "BHD": 3, "CLF": 4}
UNITS = ("offers", "contract_months", "notice_days")
NOT_EFFECTIVE = "not-effective"
OUT_REASONS = (NOT_EFFECTIVE, "not-asked", "no-equivalent")

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Comparison:
    """One line of the ledger. `values` holds the pair of values of every customer at the worst gap (None: not said)."""

    policy: str
    rule: str
    check: str
    product: str
    segment: str | None
    place: tuple[tuple[str, str], ...]
    term: str
    outcome: str
    reason: str | None
    gap: Fraction | None
    gap_rounded: Decimal | None
    gap_least: Decimal | None
    values: frozenset[tuple[Decimal, Decimal]] | None
    customers: int | None
    customers_coming: int | None
    cells: str | None
    gap_max: Fraction | None = None

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return (self.policy, self.rule, self.product, self.segment or "", self.place, self.term)


@dataclass(frozen=True)
class Answer:
    """All comparisons, in order of their keys."""

    comparisons: tuple[Comparison, ...]

    @property
    def by_key(self) -> dict[Key, Comparison]:
        """The comparisons by what tells them apart."""
        return {comparison.key: comparison for comparison in self.comparisons}

    def one(self, **wanted: Any) -> Comparison:
        """The comparison with these values; there must be one."""
        found = [c for c in self.comparisons if all(getattr(c, name) == value for name, value in wanted.items())]
        assert len(found) == 1, (wanted, found)
        return found[0]

    @property
    def ledger(self) -> dict[str, Any]:
        """The counts of all of them."""
        return counted(self.comparisons)


def counted(comparisons: Iterable[Comparison]) -> dict[str, Any]:
    """How many of each outcome; it adds up."""
    total: dict[str, Any] = {"all": 0, "pass": 0, "failed": 0, "out_of_scope": 0, "not_assessable": {}}
    for comparison in comparisons:
        total["all"] += 1
        if comparison.outcome == "not-assessable":
            reasons = total["not_assessable"]
            reasons[comparison.reason] = reasons.get(comparison.reason, 0) + 1
        else:
            names = {"pass": "pass", "out-of-scope": "out_of_scope"}
            total[names.get(comparison.outcome, "failed")] += 1
    return total


def audit(catalog: Any, segments: Any, policies: Any, as_of: date, through: date | None = None) -> Answer:
    """Every comparison of a catalog, its segments (None: no file) and one or several policies."""
    listed = list(policies) if isinstance(policies, Sequence) else [policies]
    segments = None if segments is None else tuple(getattr(segments, "segments", segments))
    worlds = ["new", "existing"] if any(offer.audience == "unknown" for offer in catalog.offers) else [None]
    days = judged_days(catalog, as_of, through)
    found: list[Comparison] = []
    for policy in listed:
        for rule in policy.rules:
            answers = [in_world(catalog, segments, policy, rule, days, world) for world in worlds]
            found += answers[0].values() if len(answers) == 1 else both_worlds(*answers).values()
    return Answer(tuple(sorted(found, key=lambda comparison: comparison.key)))


def in_world(catalog: Any, segments: Any, policy: Any, rule: Any, days: list[date], world: str | None) -> Any:
    """The comparisons of one rule, with all unknown audiences read the same way."""
    if policy.scope is not None or rule.scope is not None:
        raise NotImplementedError("the oracle reads no SQL")
    compare = policy.compare_for(rule)
    costs = Costs(catalog, segments or ())
    market = Market(catalog, policy, compare, costs, world, steady(catalog, segments, compare, costs))
    groups = derived(market, days) if segments is None else [written(segment, costs) for segment in segments]
    told: dict[Key, list[Told]] = {}
    effective = policy.effective_for(rule)
    for cell in CHECKS[rule.check](AllChecks(market, rule, groups, days)):
        if effective is not None and not effective.contains(cell.day):
            cell = cell._replace(cell=Cell("out", NOT_EFFECTIVE))
        segment = cell.group.id if cell.group is not None else ""
        told.setdefault((policy.id, rule.id, cell.product, segment, cell.place, cell.term), []).append(cell)
    return {key: folded(policy, rule, key, cells, catalog) for key, cells in told.items() if any(c.cell for c in cells)}


def written(segment: Any, costs: Costs) -> Group:
    """A segment of the file."""
    offers = () if segment.holds is None else (costs.offers[segment.holds],)
    return Group(segment.id, segment.customers, segment.value_tier, segment, offers, segment.product)


def derived(market: Market, days: list[date]) -> list[Group]:
    """Without a segments file: everyone who has a product, and whoever is past the phases of an offer that goes on."""
    live = [offer for offer in market.catalog.offers if any(market.live(offer, day) for day in days)]
    groups = [
        Group(EVERYONE, None, None, None, (), product, True, must_be(market.catalog, product, live))
        for product in sorted({offer.product for offer in live})
    ]
    going_on = tuple(offer for offer in live if goes_on(offer))
    return [*groups, Group(ROLLED_OVER, None, None, None, going_on, None, True)] if going_on else groups


def must_be(catalog: Any, product: str, live: list[Any]) -> dict[str, Any]:
    """What all offers of a product ask for, where it is not what silence means: nobody else can have the product."""
    own = [offer for offer in live if offer.product == product]
    found = {}
    for name, attribute in catalog.attributes.items():
        tests = [offer.eligibility.attributes.get(name) for offer in own]
        if attribute.assume is None or any(test is None or attribute.assume in test for test in tests):
            continue
        shared = tuple(value for value in attribute.values or () if all(value in test for test in tests))
        if shared:
            found[name] = shared
    return found


def steady(catalog: Any, segments: Any, compare: Any, costs: Costs) -> int:
    """A number of months beyond which nothing changes any more."""
    breaks = [1]
    for offer in catalog.offers:
        tenure = offer.eligibility.tenure_months
        breaks += [] if tenure is None else [tenure.from_ or 0, tenure.to or 0]
        breaks.append(costs.settled(offer))
    for segment in segments or ():
        for span in (segment.tenure_months, segment.held_months):
            breaks += [] if span is None else [span.from_ or 0, span.to or 0]
    return max(breaks) + max(compare.months) + 2


def folded(policy: Any, rule: Any, key: Key, told: list[Told], catalog: Any) -> Comparison:
    """One comparison from all its customers: the worst decides."""
    cells = [one for one in told if one.cell is not None]
    judged = [one for one in cells if one.cell.outcome != "out"]
    failing = [one for one in judged if one.cell.outcome == "fail"]
    unknown = [one for one in judged if one.cell.outcome == "unknown"]
    reason = None
    if failing:
        outcome, deciding = rule.level, failing
    elif unknown:
        outcome, deciding = "not-assessable", judged
        reason = min((one.cell.reason for one in unknown), key=REASONS.index)
    elif judged:
        outcome, deciding = "pass", judged
    else:
        outcome, deciding = "out-of-scope", cells
        reason = min((one.cell.reason for one in cells), key=OUT_REASONS.index)
    assessed = [one for one in judged if one.cell.gap is not None]
    gap = max((one.cell.gap for one in assessed), default=None)
    least = min((one.cell.gap for one in assessed), default=None)
    values = [one.cell.values for one in assessed if one.cell.gap == gap]
    group = cells[0].group
    number = group.customers if group is not None else None
    now = any(not one.coming for one in deciding)
    places = unit_places(key[5], catalog)
    return Comparison(
        policy.id,
        rule.id,
        rule.check,
        key[2],
        group.id if group is not None else None,
        key[4],
        key[5],
        outcome,
        reason,
        gap,
        rounded(gap, places),
        rounded(least, places),
        all_rounded(values, places),
        None if number is None else number * now,
        None if number is None else number * (not now),
        None if not failing else "all" if len(failing) == len(judged) else "some",
    )


def unit_places(term: str, catalog: Any) -> int | None:
    """The decimals of money; None for a term that is not money, which is never rounded."""
    return None if term in UNITS or term in catalog.terms else PLACES.get(catalog.currency, 2)


def rounded(value: Fraction | None, places: int | None) -> Decimal | None:
    """Rounded half up once (a half goes away from zero)."""
    if value is None:
        return None
    scale = 10 ** (8 if places is None else places)
    whole = (2 * abs(value.numerator) * scale + value.denominator) // (2 * value.denominator)
    exact = Decimal(whole) / scale if places is None else Decimal(whole).scaleb(-places)
    return -exact if value < 0 and whole else exact


def all_rounded(found: list[Values | None], places: int | None) -> frozenset[tuple[Decimal, Decimal]] | None:
    """The values of all customers at the worst gap; None if for one of them they are not said."""
    if not found or any(values is None for values in found):
        return None
    return frozenset((rounded(e, places), rounded(c, places)) for values in found for e, c in values)  # type: ignore[misc]


def both_worlds(first: dict[Key, Comparison], second: dict[Key, Comparison]) -> dict[Key, Comparison]:
    """Two readings of the unknown audiences: what is the same in both stands."""
    found = {}
    for key in {**first, **second}:
        one, other = first.get(key), second.get(key)
        if one is None or other is None or (one.outcome, one.reason) != (other.outcome, other.reason):
            known = one if one is not None else other
            assert known is not None
            found[key] = replace(
                known,
                outcome="not-assessable",
                reason="audience-unknown",
                gap=None,
                gap_rounded=None,
                gap_least=None,
                values=None,
                cells=None,
            )
        elif one.gap is None or other.gap is None:
            found[key] = one
        else:
            smaller, larger = sorted((one, other), key=lambda comparison: comparison.gap)
            found[key] = replace(smaller, gap_max=larger.gap if larger.gap != smaller.gap else None)
    return found
