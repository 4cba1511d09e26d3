"""Worked cases: inputs and what must come out of them, in one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, model_validator

from fairoffer.errors import InputError, PolicyError, Problem, UsageError
from fairoffer.model.base import Base, Count, Day, Fact, File, Flag, Id, Number, Sentence, Some, Word, fault
from fairoffer.model.build import Parts, entries, expect_kind
from fairoffer.model.catalog import Currency
from fairoffer.model.inputs import Inputs, assemble
from fairoffer.model.policy import Source
from fairoffer.model.shipped import read_policies
from fairoffer.model.validate import validate
from fairoffer.source import Located, read_yaml

_LATER = ("book", "notices", "records")


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
    """A worked case. What stands under catalog, segments and waivers is as in the files of that name."""

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
    segments: tuple[Any, ...] | None = Field(None, description="segments, as in segments.yaml")
    waivers: tuple[Any, ...] | None = Field(None, description="waivers, as in waivers.yaml")
    book: tuple[dict[str, Any], ...] | None = Field(None, description="rows of a book (not read by this version)")
    notices: tuple[dict[str, Any], ...] | None = Field(None, description="notices (not read by this version)")
    records: tuple[dict[str, Any], ...] | None = Field(None, description="records (not read by this version)")
    expect: Some[Expectation] = Field(description="what must come out")


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
    inputs = assemble(path.parent.as_posix(), parts, policies, policy_problems)
    expect_at = tuple(entry.at for entry in document.items("expect"))
    return LoadedCase(case, inputs, document.at, expect_at)


def _add_inputs(parts: Parts, document: Located, case: Case, policy_problems: list[Problem]) -> None:
    for name in _LATER:
        if document.data.get(name):
            message = "this version of fairoffer cannot run cases with these rows yet; only catalog and segments"
            parts.problems.append(document.problem((name,), message, key=True))
    if case.catalog is None:
        if not any(document.data.get(name) for name in _LATER):
            parts.problems.append(document.problem(("catalog",), "is required"))
        return
    catalog = document.child("catalog")
    given = {"id": "case", "currency": case.currency, "jurisdiction": case.jurisdiction}
    catalog.data.update({k: v for k, v in given.items() if v is not None and k not in catalog.data})
    if "fairoffer" in catalog.data:
        expect_kind(catalog, ("catalog",), parts.problems)
    parts.add_header(catalog)
    for item in entries(catalog, "products", parts.problems):
        parts.add_product(item)
    for item in entries(catalog, "offers", parts.problems):
        parts.add_offer(item)
    for item in entries(document, "segments", parts.problems):
        parts.add_segment(item)
    if case.segments is not None and not case.segments:
        parts.problems.append(document.problem(("segments",), "there are no segments; list them, or leave the key out"))
    for item in entries(document, "waivers", policy_problems):
        parts.add_waiver(item, policy_problems)
