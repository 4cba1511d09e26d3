"""Who bears the gaps: what chance does to shares, and that it does not make findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from fairoffer.audit.comparison import Comparison, blank
from fairoffer.book.bearing import By, Weighed, excess, with_chance
from fairoffer.book.keys import BUCKETS
from fairoffer.compare.subject import Subject

BOUND = cast(Any, SimpleNamespace(level="review"))


def drawn(random: np.random.Generator, customers: int, more: float = 1.0) -> tuple[By, By]:
    """Customers, a fifth of them vulnerable, whose gaps are ``more`` times as large for these."""
    hurt = random.random(customers) < 0.2
    part = random.integers(0, BUCKETS, customers)
    gaps = np.rint(random.exponential(200_000, customers) * np.where(hurt, more, 1.0)).astype(int)
    people: By = Counter()
    borne: By = Counter()
    for vulnerable, bucket, gap in zip(hurt.tolist(), part.tolist(), gaps.tolist(), strict=True):
        people[1 + vulnerable, bucket] += 1
        borne[1 + vulnerable, bucket] += gap
    return people, borne


def compared(people: By, borne: By) -> Comparison:
    """The shares as they are."""
    shares = [
        Fraction(sum(size for (stated, _), size in by.items() if stated == 2), by.total()) for by in (borne, people)
    ]
    unit = shares[0].denominator * shares[1].denominator
    existing, other = (int(share * unit) for share in shares)
    found = blank(BOUND, Subject(0, "a", None, ()), "core_price", "pass", None)
    return replace(found, unit=unit, existing=existing, comparator=other, gap=existing - other)


def outcomes(books: list[tuple[By, By]], allowed: Fraction = Fraction(0)) -> list[str]:
    weighed = [Weighed(compared(*book), excess(*book), allowed) for book in books]
    return [one.outcome for one in with_chance(weighed)]


def test_the_error_is_that_of_leaving_out_one_part_at_a_time() -> None:
    people, borne = drawn(np.random.default_rng(1), 3_000)
    found = excess(people, borne)
    assert found is not None

    def share(by: By, without: int) -> float:
        kept = [(stated, size) for (stated, part), size in by.items() if part != without]
        return sum(size for stated, size in kept if stated == 2) / sum(size for _, size in kept)

    sizes = np.array([share(borne, part) - share(people, part) for part in range(BUCKETS)])
    error = np.sqrt((BUCKETS - 1) / BUCKETS * ((sizes - sizes.mean()) ** 2).sum())
    assert found.error == pytest.approx(error)
    assert found.freedom == BUCKETS - 1


@pytest.mark.slow
def test_where_nothing_differs_nothing_is_found_beyond_chance() -> None:
    random = np.random.default_rng(2)
    books = 200
    wrong = sum("review" in outcomes([drawn(random, 800) for _ in range(10)]) for _ in range(books))
    assert wrong <= books * 0.05 + 3 * np.sqrt(books * 0.05 * 0.95)


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    random = np.random.default_rng(3)
    books, held = 400, 0
    truth = 0.2 * 1.5 / (0.2 * 1.5 + 0.8) - 0.2
    for _ in range(books):
        (one,) = with_chance([Weighed(compared(*(book := drawn(random, 2_000, 1.5))), excess(*book), Fraction(1))])
        assert one.gap_most is not None
        held += one.gap_least / one.unit <= truth <= float(one.gap_most)  # type: ignore[operator]
    assert abs(held / books - 0.95) <= 3 * np.sqrt(0.05 * 0.95 / books)


def test_what_does_differ_is_found() -> None:
    random = np.random.default_rng(4)
    assert outcomes([drawn(random, 5_000, 2.0), drawn(random, 5_000)]) == ["review", "pass"]
    assert outcomes([drawn(random, 5_000, 2.0)], Fraction(30, 100)) == ["pass"]


def test_few_customers_say_nothing() -> None:
    random = np.random.default_rng(5)
    assert outcomes([drawn(random, 60)]) == ["not-assessable"]
    people, borne = drawn(random, 500)
    nobody = [Counter({(stated, 0): 0 for stated in (1, 2)}) for _ in range(2)]
    for by, own in zip((people, borne), nobody, strict=True):
        for (stated, _), size in by.items():
            own[stated, 0] += size
    assert excess(*nobody) is None
    assert outcomes([(nobody[0], nobody[1])]) == ["not-assessable"]
