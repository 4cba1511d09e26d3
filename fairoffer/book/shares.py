"""Money and vulnerable customers: the part that they bear, and what equal tenure leaves of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from fairoffer.book import sentences
from fairoffer.book.entries import FEWEST_GROUPS, HALF, Draft, grown, share, with_estimate
from fairoffer.book.likeness import TENURE_UNKNOWN
from fairoffer.book.pooled import left_out
from fairoffer.model.statistics import Statistic

Sums = npt.NDArray[np.float64]
"""Sums by stratum, by whether vulnerable, and by what is summed (N, WORSE, GROSS); replicates, if any, come first."""
N, WORSE, GROSS = 0, 1, 2
_OTHERS, _VULNERABLE = 0, 1
_KEY = ("slot", "product", "band", "vulnerable", "bucket")
_SIZES = ("n", "worse", "gross")


class Named(NamedTuple):
    """What a slot is called: its policy, rule and term."""

    policy: str
    rule: str
    term: str


class Group(NamedTuple):
    """Customers under a slot, of one product or of all: sums by random part and stratum (product and band).

    ``whole``: they are the whole book. ``like``: the strata of known tenure with k vulnerable customers and k others.
    ``unknown``: customers of whom nobody knows whether they are vulnerable.
    """

    product: str | None
    whole: bool
    parts: Sums
    like: npt.NDArray[np.bool_]
    unknown: int


class Measure(NamedTuple):
    """A number of vulnerable customers: the log of a ratio, how it is shown, whether it is tested against 1."""

    name: str
    unit: str
    logarithm: Callable[[Sums], Sums]
    shown: Callable[[float], float]
    tested: bool
    alike: bool
    method: str


def drafts(shares: pl.DataFrame, k: int, slots: Mapping[int, Named]) -> Iterator[Draft]:
    """Entries of every slot: all measures of all products together, and of each of several products those tested."""
    added = shares.group_by(list(_KEY)).agg(pl.col(name).cast(pl.Int128).sum() for name in _SIZES).sort(list(_KEY))
    for slot, name in sorted(slots.items()):
        own = added.filter(pl.col("slot") == slot)
        for group in _groups(own, k):
            yield from _of_group(group, name, k)


def _groups(every: pl.DataFrame, k: int) -> Iterator[Group]:
    unknown = {
        str(product): int(n)
        for product, n in every.filter(pl.col("vulnerable") < 0).group_by("product").agg(pl.col("n").sum()).iter_rows()
    }
    own = every.filter(pl.col("vulnerable") >= 0)
    strata = own.select("product", "band").unique().sort("product", "band").with_row_index("stratum")
    placed = own.join(strata, on=["product", "band"], nulls_equal=True)
    buckets = placed["bucket"].rank("dense").cast(pl.Int64).to_numpy() - 1
    if not len(buckets):
        return
    parts = np.zeros((int(buckets.max()) + 1, strata.height, 2, 3))
    cells = (buckets, placed["stratum"].to_numpy(), placed["vulnerable"].cast(pl.Int64).to_numpy())
    for index, size in enumerate(_SIZES):
        parts[(*cells, index)] = placed[size].cast(pl.Float64).to_numpy()
    counts = parts.sum(axis=0)[..., N]
    like = (counts >= k).all(axis=1) & (strata["band"].to_numpy() != TENURE_UNKNOWN)
    products = strata["product"].to_list()
    names = sorted(set(products))
    yield Group(names[0] if len(names) == 1 else None, True, parts, like, sum(unknown.values()))
    for product in names if len(names) > 1 else ():
        chosen = np.array([one == product for one in products])
        yield Group(product, False, parts[:, chosen], like[chosen], unknown.get(product, 0))


def _of_group(group: Group, name: Named, k: int) -> Iterator[Draft]:
    whole = group.parts.sum(axis=(0, 1))
    if whole[:, N].sum() + group.unknown < k or not whole[:, WORSE].sum():
        return
    thin = _too_few(group, whole, k)
    if thin is not None:
        yield Draft(_entry(group, name, ALIKE, whole).model_copy(update={"thin": thin}))
        return
    for measure in MEASURES if group.whole else (PER_CUSTOMER, ALIKE):
        yield _draft(group, name, measure, whole)


def _too_few(group: Group, whole: Sums, k: int) -> str | None:
    known = whole[:, N].sum()
    if known < HALF * (known + group.unknown):
        return "it is known of fewer than half of the customers whether they are vulnerable"
    if whole[:, N].min() < k:
        return f"fewer than {k} customers are vulnerable, or fewer than {k} are not"
    if whole[:, WORSE].min() < max(k, FEWEST_WORSE):
        fewest = max(k, FEWEST_WORSE)
        return f"fewer than {fewest} vulnerable customers are worse off, or fewer than {fewest} others"
    if _groups_held(group) == 1:
        return "no column names the customers, so they cannot be split at random"
    if _groups_held(group) < FEWEST_GROUPS:
        return "the customers are too few to be split at random"
    return None


def _draft(group: Group, name: Named, measure: Measure, whole: Sums) -> Draft:
    entry = _entry(group, name, measure, whole)
    parts = group.parts[:, group.like] if measure.alike else group.parts
    if measure.alike and entry.n < HALF * (whole[:, N].sum() + group.unknown):
        reason = (
            "fewer than half of the customers have a tenure at which there are both vulnerable customers and others"
        )
        return Draft(entry.model_copy(update={"thin": reason}))
    parts = parts[parts[..., N].sum(axis=(1, 2)) > 0]
    total = parts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, without = measure.logarithm(total).item(), measure.logarithm(total - parts)
    if not np.isfinite(value) or not np.isfinite(without).all():
        return Draft(entry.model_copy(update={"thin": "what is lost rests on very few customers"}))
    draft = with_estimate(entry, left_out(value, without.tolist()), measure.shown, tested=measure.tested)
    said = sentences.vulnerable(draft.entry, _part(whole, N), group.unknown) if not measure.tested else ""
    return draft._replace(entry=draft.entry.model_copy(update={"says": said}))


def _entry(group: Group, name: Named, measure: Measure, whole: Sums) -> Statistic:
    n = int(group.parts[:, group.like][..., N].sum() if measure.alike else whole[:, N].sum())
    return Statistic(
        id="/".join(["vulnerable", *name, measure.name.replace(", ", "-").replace(" ", "-"), group.product or "*"]),
        kind="vulnerable",
        product=group.product,
        policy=name.policy,
        rule=name.rule,
        term=name.term,
        measure=measure.name,
        unit=measure.unit,
        n=n,
        clusters=_groups_held(group),
        share_matched=share(n, int(whole[:, N].sum()) + group.unknown),
        adjusted=measure.alike,
        method=measure.method,
    )


def _groups_held(group: Group) -> int:
    """Random parts of the book that hold anybody."""
    return int((group.parts[..., N].sum(axis=(1, 2)) > 0).sum())


def _part(whole: Sums, size: int) -> float:
    found: float = (100 * whole[_VULNERABLE, size] / whole[:, size].sum()).item()
    return found


def _odds(sums: Sums, size: int) -> Sums:
    """The log of what falls to the vulnerable over what falls to the others."""
    both = sums[..., size].sum(axis=-2)
    return _log(both[..., _VULNERABLE] / both[..., _OTHERS])


def _money_over_customers(sums: Sums) -> Sums:
    both = sums.sum(axis=-3)
    part = both[..., _VULNERABLE, :] / both.sum(axis=-2)
    return _log(part[..., GROSS] / part[..., N])


def _per_customer(sums: Sums) -> Sums:
    return _odds(sums, GROSS) - _odds(sums, N)


def _alike(sums: Sums) -> Sums:
    """Means of both sides stratum by stratum, weighted by how many customers of either side are in it."""
    weights = sums[..., N].sum(axis=-1)
    means = sums[..., GROSS] / sums[..., N]
    both = (weights[..., np.newaxis] * means).sum(axis=-2)
    return _log(both[..., _VULNERABLE] / both[..., _OTHERS])


def _log(values: Sums) -> Sums:
    found: Sums = np.log(values)
    return found


def _percent(logarithm: float) -> float:
    """The share in percent that has these log odds."""
    return 100.0 / (1.0 + exp(max(-60.0, min(60.0, -logarithm))))


_INTERVAL = "; interval by leaving out each random part of the book, on the log scale, Student's t"
FEWEST_WORSE = 10
WORSE_OFF = Measure(
    "share of customers worse off",
    "percent",
    lambda sums: _odds(sums, WORSE),
    _percent,
    False,
    False,
    "customers worse off who are vulnerable, of all who are worse off" + _INTERVAL,
)
MONEY = Measure(
    "share of money",
    "percent",
    lambda sums: _odds(sums, GROSS),
    _percent,
    False,
    False,
    "gaps of vulnerable customers, of the gaps of all" + _INTERVAL,
)
MONEY_OVER_CUSTOMERS = Measure(
    "share of money over share of customers",
    "ratio",
    _money_over_customers,
    grown,
    False,
    False,
    "the vulnerable customers' share of money over their share of customers" + _INTERVAL,
)
PER_CUSTOMER = Measure(
    "money per customer",
    "ratio",
    _per_customer,
    grown,
    True,
    False,
    "mean gap of a vulnerable customer over that of another, those without a gap counted as nothing" + _INTERVAL,
)
ALIKE = Measure(
    "money per customer, same tenures",
    "ratio",
    _alike,
    grown,
    True,
    True,
    "mean gap of a vulnerable customer over that of another, both standardised to the products and years of tenure of "
    "all customers" + _INTERVAL,
)
MEASURES = (WORSE_OFF, MONEY, MONEY_OVER_CUSTOMERS, PER_CUSTOMER, ALIKE)
