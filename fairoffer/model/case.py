"""Worked cases: inputs and what must come out of them, in one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, SkipValidation, model_validator

from fairoffer.errors import InputError, PolicyError, Problem, UsageError
from fairoffer.model.base import Base, Count, Day, Fact, File, Flag, Id, Number, Sentence, Some, Word, fault
from fairoffer.model.book import BookRow, Notice, Record
from fairoffer.model.build import TABLES, Part, Parts, entries, expect_kind
from fairoffer.model.catalog import Catalog, Currency
from fairoffer.model.inputs import Inputs, assemble
from fairoffer.model.policy import Source
from fairoffer.model.segments import Segment
from fairoffer.model.shipped import read_policies
from fairoffer.model.validate import validate
from fairoffer.model.waivers import Waiver
from fairoffer.money import NO_CURRENCY
from fairoffer.source import Located, read_yaml


def _names(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _source(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Expectation(Base):
    """One comparison, by what names it, and what it must say; or which products must count as closed; or totals."""

    rule: Word | None = Field(None, description="rule whose comparison it is: 'rule' or 'policy/rule'")
    product: Id | None = Field(None, description="product of the comparison")
    segment: Word | None = Field(None, description="segment of the comparison")
    term: Word | None = Field(None, description="term of the comparison")
    place: dict[Id, Word] | None = Field(None, description="place of the comparison")
    customer: Id | None = Field(None, description="customer of the book that it is about")
    notice: Id | None = Field(None, description="notice that it is about")
    record: Id | None = Field(None, description="record that it is about")
    offer: Id | None = Field(None, description="offer that it is about")
    outcome: (
        Literal["pass", "breach", "commitment", "house", "review", "shadow", "out-of-scope", "not-assessable"] | None
    ) = Field(None, description="what must come out")
    reason: Word | None = Field(None, description="reason of out-of-scope or not-assessable")
    gap: Number | None = Field(None, description="the gap, as reported")
    gap_max: Number | None = Field(None, description="the gap if all that is uncertain is against the firm")
    gap_least: Number | None = Field(None, description="the smallest gap of its cells")
    per: Literal["month", "year", "term", "once"] | None = Field(None, description="what the gap is for")
    existing: Fact | None = Field(None, description="offer or value of the existing side")
    comparator: Fact | None = Field(None, description="offer or value of the comparator")
    customers: Count | None = Field(None, description="customers of the finding")
    customers_coming: Count | None = Field(None, description="customers it will reach later")
    closed: dict[Id, Flag] | None = Field(None, description="products, and whether they must count as closed")
    totals: dict[str, JsonValue] | None = Field(None, description="what the totals of the result must say")

    @model_validator(mode="after")
    def _complete(self) -> Expectation:
        given = [name for name in ("rule", "closed", "totals") if getattr(self, name) is not None]
        if not given:
            raise fault("must say rule, closed or totals")
        if self.rule is not None and self.outcome is None:
            raise fault("must say outcome: what the rule must come to")
        return self


class Case(File):
    """A worked case. What stands under catalog, segments and waivers is as in the files of that name.

    Inputs are not validated as part of the case but one by one, so that a bad row hides no fault of another.
    """

    kind_ = "case"

    name: Sentence = Field(description="the case in one line")
    policy: Annotated[Some[Word], BeforeValidator(_names)] = Field(
        ("best-offer",), description="a policy or a list of policies, by name or file"
    )
    as_of: Day = Field(description="judged day")
    through: Day | None = Field(None, description="last judged day; left out: the judged day only")
    currency: Currency | None = Field(None, description="currency, where the catalog does not say it")
    jurisdiction: Word | None = Field(None, description="jurisdiction, where the catalog does not say it")
    source: Annotated[Source, BeforeValidator(_source)] | None = Field(None, description="where the case comes from")
    catalog: dict[str, Any] | None = Field(None, description="a catalog, as in catalog.yaml")
    segments: tuple[SkipValidation[Segment], ...] | None = Field(None, description="segments, as in segments.yaml")
    waivers: tuple[SkipValidation[Waiver], ...] | None = Field(None, description="waivers, as in waivers.yaml")
    book: tuple[SkipValidation[BookRow], ...] | None = Field(
        None, description="existing customers, one by one; left out: not known; an empty list: there is none"
    )
    notices: tuple[SkipValidation[Notice], ...] | None = Field(
        None, description="what was sent to customers; left out: not known; an empty list: nothing was sent"
    )
    records: tuple[SkipValidation[Record], ...] | None = Field(
        None, description="what the firm kept a record of; left out: not known; an empty list: there is none"
    )
    expect: Some[Expectation] = Field(description="what must come out")

    @property
    def expects_nothing(self) -> bool:
        """Whether no rule is expected to judge anything: then there need be nothing to judge."""
        return all(one.rule is None or one.outcome == "not-assessable" for one in self.expect)


@dataclass(frozen=True)
class LoadedCase:
    """A case, its inputs, and where it and each of its expectations stand."""

    case: Case
    inputs: Inputs
    at: str
    expect_at: tuple[str, ...]


def load_case(path: str | Path, shown: str | None = None) -> LoadedCase:
    """A case file with its inputs; policies that are files are relative to it.

    Raises ``InputError`` for what is wrong with the case and its inputs, ``PolicyError`` for its policies or waivers.
    """
    path = Path(path)
    problems: list[Problem] = []
    read = read_yaml(path, shown or path.as_posix(), problems)
    if read is None or expect_kind(read[0], ("case",), problems) is None:
        raise InputError(problems)
    document = read[0]
    case = validate(Case, document.without("fairoffer"), problems)
    if case is None:
        raise InputError(problems)
    parts = Parts(problems=problems)
    policy_problems: list[Problem] = []
    _add_inputs(parts, document, case, policy_problems)
    try:
        policies = read_policies(case.policy, path.parent, policy_problems)
    except UsageError as error:
        raise PolicyError([document.problem(("policy",), str(error))]) from None
    inputs = assemble(path.parent.as_posix(), parts, policies, policy_problems, may_be_empty=case.expects_nothing)
    expect_at = tuple(entry.at for entry in document.items("expect"))
    return LoadedCase(case, inputs, document.at, expect_at)


def _add_inputs(parts: Parts, document: Located, case: Case, policy_problems: list[Problem]) -> None:
    parts.add_tables(document)
    if case.catalog is not None:
        _add_catalog(parts, document.child("catalog"), case)
    elif parts.has_tables or case.expects_nothing:
        catalog = Catalog(id="case", currency=case.currency or NO_CURRENCY, jurisdiction=case.jurisdiction)
        parts.catalog, parts.attributes = Part(catalog, document), {}
    else:
        tables = ", ".join(TABLES)
        parts.problems.append(document.problem(("catalog",), f"is required (or one of {tables})"))
    for item in entries(document, "segments", parts.problems):
        parts.add_segment(item)
    if case.segments is not None and not case.segments:
        parts.problems.append(document.problem(("segments",), "there are no segments; list them, or leave the key out"))
    for item in entries(document, "waivers", policy_problems):
        parts.add_waiver(item, policy_problems)


def _add_catalog(parts: Parts, catalog: Located, case: Case) -> None:
    """The catalog of a case; what the file of one must say and a case need not is put into it."""
    currency = case.currency
    if currency is None and (parts.has_tables or case.expects_nothing) and not catalog.data.get("offers"):
        currency = NO_CURRENCY
    stated = catalog.data.get("currency")
    if case.currency is not None and stated not in (None, case.currency):
        message = f"is {stated!r}, but the case says {case.currency}; an audit has one currency"
        parts.problems.append(catalog.problem(("currency",), message))
    given = {"id": "case", "currency": currency, "jurisdiction": case.jurisdiction}
    catalog.data.update({k: v for k, v in given.items() if v is not None and k not in catalog.data})
    if "fairoffer" in catalog.data:
        expect_kind(catalog, ("catalog",), parts.problems)
    parts.add_header(catalog)
    for item in entries(catalog, "products", parts.problems):
        parts.add_product(item)
    for item in entries(catalog, "offers", parts.problems):
        parts.add_offer(item)
