"""Groups of customers who stayed: how long, where, and what they hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from fairoffer.model.base import Amount, Base, Count, Facts, File, Id, MonthRange, Percent, Share, Test, Word, fault
from fairoffer.model.catalog import Per


def _existing(tenure: MonthRange) -> MonthRange:
    if tenure.from_ == 0:
        raise fault("a segment's tenure starts at 1 month (0 is a prospect); write from: 1")
    if tenure.to == 0:
        raise fault("a segment's tenure must reach 1 month (0 is a prospect)")
    return tenure


class Pays(Base):
    """A price point: what customers pay now, where the offer they hold is not in the catalog."""

    amount: Amount | None = Field(None, description="what they pay")
    per: Per = Field("month", description="what the amount is for")
    percent: Percent | None = Field(None, description="rate of interest they have, in percent a year")


class Segment(Base):
    """Customers who are alike in all that any offer asks for."""

    id: Id = Field(description="name of the segment")
    tenure_months: Annotated[MonthRange, AfterValidator(_existing)] | None = Field(
        None, description="completed months since joining; left out: from 1"
    )
    held_months: MonthRange | None = Field(None, description="months since the held offer began; left out: the tenure")
    where: dict[Id, Test] = Field(default_factory=dict, description="values of declared attributes")
    customers: Count | None = Field(None, description="how many; left out: not known")
    holds: Id | None = Field(None, description="offer they hold")
    product: Id | None = Field(None, description="product they have, where no held offer is named")
    pays: Pays | None = Field(None, description="what they pay, beside product")
    vulnerable_share: Share | None = Field(None, description="share of vulnerable customers")
    value_tier: Word | None = Field(None, description="one of the catalog's value tiers")
    within: Id | None = Field(None, description="segment that holds these customers too; judged, never added")
    facts: Facts = Field(default_factory=dict, description="facts that policies ask for")

    @model_validator(mode="after")
    def _has_somebody(self) -> Segment:
        held, longest = self.held_months, self.tenure_months.to if self.tenure_months else None
        if held is not None and held.from_ is not None and longest is not None and held.from_ > longest:
            raise fault(f"holds nobody: held_months from {held.from_} is more than tenure_months to {longest}")
        return self

    @property
    def tenure(self) -> MonthRange:
        """The tenure, from 1 where nothing is said."""
        stated = self.tenure_months or MonthRange()
        return stated if stated.from_ is not None else MonthRange(from_=1, to=stated.to)


class Segments(File):
    """A segments file."""

    kind_ = "segments"

    segments: tuple[Segment, ...] = Field(description="groups of existing customers")
