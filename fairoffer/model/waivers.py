"""Waivers: findings accepted for a time, by somebody, for a reason, up to a cap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from fairoffer.model.base import Amount, Base, Count, Day, File, Id, Percent, Sentence, Text, Word, fault, shown

LONGEST_DAYS = 180
SHORTEST_REASON = 20


def _finding(text: str) -> str:
    letters = text.removeprefix("fo1_")
    if len(letters) != 24 or letters == text or not set(letters) <= set("abcdefghijklmnopqrstuvwxyz234567"):
        raise fault(f"is not the id of a finding (fo1_ and 24 letters and digits): {shown(text)}")
    return text


def _reason(text: str) -> str:
    if len(text.strip()) < SHORTEST_REASON:
        raise fault(f"must be at least {SHORTEST_REASON} characters: say why this is acceptable")
    return text


class Match(Base):
    """Which findings of a rule; all that is given must fit."""

    product: Id | None = Field(None, description="product of the finding")
    segment: Word | None = Field(None, description="segment of the finding")
    term: Word | None = Field(None, description="term of the finding")
    policy: Id | None = Field(None, description="policy of the finding")
    place: dict[Id, Word] = Field(default_factory=dict, description="values of the named choices")

    @model_validator(mode="after")
    def _some(self) -> Match:
        if not self.model_fields_set or (self.model_fields_set == {"place"} and not self.place):
            raise fault("must say at least one of product, segment, term, policy or place")
        return self


class Blind(Base):
    """Comparisons that could not be made, and may stay so."""

    product: Id = Field(description="product of the comparisons")
    reason: Word = Field(description="why they cannot be assessed, such as no-comparator")


class Cap(Base):
    """Up to where the waiver holds; a finding beyond it is live again."""

    money: Amount | None = Field(None, description="largest gap in money")
    percent: Percent | None = Field(None, description="largest gap in percent of the comparator's value")
    points: Amount | None = Field(None, description="largest gap in percentage points")
    amount: Amount | None = Field(None, description="largest gap in the unit of the term")
    customers: Count | None = Field(None, description="most customers")

    @model_validator(mode="after")
    def _some(self) -> Cap:
        if all(value is None for value in self.__dict__.values()):
            raise fault("must say at least one of money, percent, points, amount or customers")
        return self


class Waiver(Base):
    """One acceptance: a finding, findings of a rule, or comparisons that cannot be assessed."""

    finding: Annotated[Word, AfterValidator(_finding)] | None = Field(None, description="id of the finding")
    rule: Word | None = Field(None, description="rule, with match: 'rule' or 'policy/rule'")
    match: Match | None = Field(None, description="which findings of the rule")
    not_assessable: Blind | None = Field(None, description="comparisons that cannot be assessed")
    reason: Annotated[Sentence, AfterValidator(_reason)] = Field(description="why it is acceptable")
    kind: Word = Field(description="kind of reason, such as cost-difference or legacy")
    owner: Word = Field(description="who answers for it")
    approved_by: Word = Field(description="who approved it; not the owner")
    created: Day = Field(description="day on which it was written")
    expires: Day = Field(description="last day on which it holds; at most 180 days after created")
    cap: Cap = Field(description="up to where it holds")
    ticket: Text | None = Field(None, description="where it was discussed")

    @model_validator(mode="after")
    def _checked(self) -> Waiver:
        self._check_subject()
        if self.owner.casefold() == self.approved_by.casefold():
            raise fault(f"is approved by its own owner, {shown(self.owner)}; somebody else must approve it")
        if self.expires < self.created:
            raise fault(f"expires on {self.expires}, before it was created on {self.created}")
        latest = self.created + timedelta(days=LONGEST_DAYS)
        if self.expires > latest:
            raise fault(f"may hold for {LONGEST_DAYS} days, so expires may be at most {latest}, not {self.expires}")
        return self

    def _check_subject(self) -> None:
        given = [name for name in ("finding", "rule", "not_assessable") if getattr(self, name) is not None]
        if not given:
            raise fault("must say one of finding, rule (with match) or not_assessable")
        if len(given) > 1:
            raise fault(f"says {' and '.join(given)}; keep one of them")
        if (self.rule is None) != (self.match is None):
            missing = "match: which product, segment or term" if self.match is None else "rule: match belongs to a rule"
            raise fault(f"must also say {missing}")


class Waivers(File):
    """A waiver file."""

    kind_ = "waivers"

    waivers: tuple[Waiver, ...] = Field(description="the waivers")


def read_waiver(saved: Mapping[str, Any]) -> Waiver:
    """An entry as a saved result has it; ``ValueError`` if it is none."""
    known = {name: value for name, value in saved.items() if name in Waiver.model_fields and value not in (None, {})}
    return Waiver.model_validate(known)
