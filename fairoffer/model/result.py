"""The result of an audit: the one thing that auditing hands to showing.

Everything that a report, `convert`, `explain` or `diff` may know is in here; they read no catalog and no frame.
Money, values, gaps and shares are decimal *text*: no reader turns them into floats. `Result.to_json` writes the same
bytes for the same result; `Result.load` reads them back or says why it cannot. A string below a field describes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, JsonValue, model_validator

from fairoffer.model.change import STATES as STATES
from fairoffer.model.change import Base as Base
from fairoffer.model.change import Other as Other
from fairoffer.model.change import State as State
from fairoffer.model.change import Waiver as Waiver
from fairoffer.model.described import describe
from fairoffer.model.numbers import Book as Book
from fairoffer.model.numbers import BookNumbers as BookNumbers
from fairoffer.model.numbers import Unread as Unread
from fairoffer.model.part import Day as Day
from fairoffer.model.part import Months as Months
from fairoffer.model.part import Number as Number
from fairoffer.model.part import Part
from fairoffer.model.saved import read_back, to_bytes
from fairoffer.model.series import Series as Series
from fairoffer.model.series import Stand as Stand
from fairoffer.model.statistics import Mean as Mean
from fairoffer.model.statistics import Statistic as Statistic

VERSION = "result/1"

Verdict = Literal["passed", "failed", "not-proven"]
Level = Literal["breach", "commitment", "house", "review", "shadow"]
Outcome = Literal["pass", "breach", "commitment", "house", "review", "shadow", "out-of-scope", "not-assessable"]
Read = Literal["primary", "secondary", "unverified"]
LEVELS: tuple[Level, ...] = get_args(Level)


class Days(Part):
    """Days, both ends included."""

    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Source(Part):
    """Where a rule comes from, and how it was read."""

    name: str | None = None
    clause: str | None = None
    url: str | None = None
    read: Read | None = None


class Effective(Days):
    """The days on which a rule binds."""

    sure: bool = True
    """False: nobody confirmed that it ends on `to`; after it, what fails is for review."""


class Side(Part):
    """One side of a comparison: an offer, or what a segment pays."""

    offer: str | None = None
    """Null where there is no offer: a price point, or a count of offers; then `label` says what there is."""
    value: Number | None = None
    """In the finding's unit, rounded once."""
    at: str | None = None
    label: str | None = None
    taken_over_by: str | None = None
    """The offer that has taken over from the held `offer` by the time the customer is judged."""


class Finding(Part):
    """A comparison whose outcome is a level; its id is the comparison's."""

    id: str
    policy: str
    rule: str
    check: str
    level: Level
    state: str = "open"
    """open or waived; in a diff what became of it (introduced, worsened, …), waived or not."""
    by_policy: bool = False
    """In a diff: whether it exists only because the policy changed."""
    fails: bool = False
    """In a diff: whether it fails the gate."""
    product: str | None = None
    segment: str | None = None
    customer: str | None = None
    """The row of the book that it is about."""
    notice: str | None = None
    record: str | None = None
    offer: str | None = None
    """The offer that it is about, where it has no sides."""
    at: str | None = None
    """Where the row stands that it is about."""
    within: str | None = None
    """The segment that this one is part of: its customers and money are counted there."""
    place: dict[str, str] = {}
    tenure_months: Months | None = None
    days: Days | None = None
    cells: Literal["all", "some"] = "all"
    term: str | None = None
    unit: str | None = None
    existing: Side | None = None
    comparator: Side | None = None
    gap: Number | None = None
    """How much worse existing is, in `unit`; positive is worse."""
    gap_least: Number | None = None
    gap_max: Number | None = None
    gap_percent: Number | None = None
    gap_before: Number | None = None
    """In a diff: the gap at the base; null where it was no finding there."""
    customers: int | None = None
    customers_coming: int | None = None
    """Those who will be there when their deal ends; never in money."""
    gap_per_year: Number | None = None
    cause: str = ""
    why: list[str] = []
    """The clauses of the comparator's offer that keep the customer out."""
    says: str = ""
    customer_view: str = ""
    """One sentence, as the customer would put it."""
    steps: list[tuple[str, str]] = []
    """The arithmetic: what is calculated, and what it comes to."""
    remedy: str = ""
    source: Source = Source()
    waiver: str | None = None
    """`id` of the entry of `waivers` that accepts it."""
    book: BookNumbers | None = None
    """Of a book: the customers of product, place and band of tenure in numbers. `gap` is then the largest of those who
    are worse off by more than allowed, `gap_least` their smallest, and the values of both sides are their means; all of
    it is money a year where `gap_per_year` is known, whatever months the term names."""


ON_ROWS = ("customer", "notice", "record", "offer")
"""What a comparison may be about beside a product and a segment."""
MAY_BE_EMPTY = (*ON_ROWS, "per", "gap_max", "rows", "tenure_months")
"""Columns of the comparisons that may be left empty."""


class Comparisons(Part):
    """Every comparison, one list a column, all of one length."""

    id: list[str] = []
    policy: list[str] = []
    rule: list[str] = []
    product: list[str | None] = []
    place: list[dict[str, str]] = []
    customers: list[int | None] = []
    customers_coming: list[int | None] = []
    segment: list[str | None] = []
    term: list[str | None] = []
    existing: list[Number | None] = []
    comparator: list[Number | None] = []
    gap: list[Number | None] = []
    gap_least: list[Number | None] = []
    outcome: list[Outcome] = []
    level: list[Level] = []
    """What failing the rule would mean, whatever the outcome."""
    reason: list[str | None] = []
    """Why a comparison is not assessable or out of scope."""
    customer: list[str | None] = []
    """Rows of the book; like notice, record and offer empty where no comparison is about one."""
    notice: list[str | None] = []
    record: list[str | None] = []
    offer: list[str | None] = []
    per: list[Literal["month", "year", "term", "once"] | None] = []
    """What the values of a row are for; empty where no row is compared."""
    gap_max: list[Number | None] = []
    """Of rows: the gap if all that is uncertain is against the firm."""
    rows: list[int] = []
    """How many rows of a book a line stands for: it counts as that many comparisons. Empty: each line is one."""
    tenure_months: list[Months | None] = []
    """Of a book: the band of tenure that a line is about; null where tenure is not known or not asked."""

    @model_validator(mode="after")
    def _one_length(self) -> Comparisons:
        if len({len(column) for name, column in self if column or name not in MAY_BE_EMPTY}) > 1:
            raise ValueError("the columns are not of one length")
        return self


class Counts(Part):
    """A ledger's numbers: all = pass + failed + out_of_scope + the sum of not_assessable."""

    all: int = 0
    pass_: int = Field(default=0, alias="pass")
    failed: int = 0
    of_which_waived: int = 0
    out_of_scope: int = 0
    not_assessable: dict[str, int] = {}


class RuleLedger(Counts):
    """One rule's line of the ledger, and its coverage against what the policy requires."""

    policy: str
    rule: str
    check: str
    level: Level
    coverage_comparisons: Number | None = None
    coverage_customers: Number | None = None
    required_comparisons: Number | None = None
    required_customers: Number | None = None
    met: bool = True


class Ledger(Counts):
    """All comparisons by outcome, the same by rule, and what became of every offer."""

    customers_compared_share: Number | None = None
    rules: list[RuleLedger] = []
    offers: dict[str, int] = {}


class Policy(Part):
    """A policy that was run."""

    id: str
    version: int | str = 1
    sha256: str = ""
    status: str = "house"
    as_of: Day | None = None
    """When its sources were last read."""
    jurisdiction: str | None = None
    source: Source = Source()
    effective: Effective | None = None
    verdict: Verdict
    ledger: Counts = Counts()
    title: str = ""
    limits: dict[str, int] = {}
    as_read: JsonValue = None


class InputFile(Part):
    """A file that was read; `path` is relative to the audit directory."""

    path: str
    kind: str
    sha256: str
    rows: int | None = None
    size: int | None = None
    """Bytes, of files with customers: they are in no pack, and this tells them apart at a glance."""


class Money(Part):
    """Money a year; null where customers are unknown. Net sets off those who do better."""

    gross: Number | None = None
    net: Number | None = None
    gross_with_waived: Number | None = None


class Totals(Part):
    """The headline numbers."""

    findings: int = 0
    causes: int = 0
    customers: int | None = None
    customers_coming: int | None = None
    customers_basis: str = "exact"
    """exact, upper-bound or unknown."""
    currency: str = ""
    per: str = "year"
    by_default: Money = Money()
    unavoidable: Money = Money()


class Assumption(Part):
    """Something the comparison took for granted, and what rests on it."""

    id: str
    says: str
    comparisons: int = 0
    customers: int | None = None


class Offer(Part):
    """An offer of the catalog; `terms` in words where a finding names it."""

    id: str
    name: str | None = None
    product: str | None = None
    audience: str | None = None
    access: str | None = None
    at: str | None = None
    kind: str | None = None
    ledger: str
    terms: dict[str, str] = {}


class Rule(Part):
    """A rule that was run, in words."""

    id: str
    policy: str = ""
    check: str = ""
    level: Level | None = None
    title: str | None = None
    words: str = ""
    formula: str = ""
    comparator: str = ""
    """Whom it compares with; empty where it compares with nobody."""
    like_for_like: list[str] = []
    tolerance: str = ""
    scope: str = ""
    """The condition on what it is for, as the policy says it (in words `applies_to`); empty: everything."""
    applies_to: list[str] = []
    condition: str = ""
    """What must not hold of a row, of a rule that asks that."""
    exempt: list[str] = []
    evidence: list[str] = []
    """What to keep, to show it."""
    customer_view: str = ""
    remedy: str = ""
    status: str = ""
    legal: bool = False
    """Whether it states law, a licence, a principle or a promise: whatever shows it says that it is no legal advice."""
    effective: Effective | None = None
    source: Source = Source()
    as_of: Day | None = None
    """When the source was last read."""


class InputWarning(Part):
    """A problem of an input that did not end the run."""

    path: str
    line: int = 0
    column: int | str = 0
    where: str = ""
    message: str


class Catalog(Part):
    """What the audited catalog calls itself."""

    id: str
    supplier: str | None = None
    jurisdiction: str | None = None


class Result(Part):
    """One audit, complete."""

    fairoffer: Literal["result/1"] = "result/1"
    verdict: Verdict
    exit_code: int
    reasons: list[str] = []
    as_of: Day
    through: Day | None = None
    version: str
    catalog: Catalog | None = None
    policies: list[Policy] = []
    policies_not_run: list[str] = []
    inputs: list[InputFile] = []
    totals: Totals = Totals()
    ledger: Ledger = Ledger()
    assumptions: list[Assumption] = []
    findings: list[Finding] = []
    comparisons: Comparisons = Comparisons()
    offers: list[Offer] = []
    rules: list[Rule] = []
    series: list[Series] = []
    """What the segments of a product get at each tenure; of products whose segments stand at two tenures or more."""
    book: Book | None = None
    """The book of customers, where one was audited."""
    statistics: list[Statistic] = []
    """What the book as a whole shows, with intervals; nothing in it decides the verdict but what a rule asks."""
    waivers: list[Waiver] = []
    problems: list[InputWarning] = []
    """Warnings only: an error ends the run."""
    base: Base | None = None
    """In a diff: what it was compared with; verdict, exit code and reasons are then those of the change."""

    def to_json(self) -> bytes:
        """The result as JSON, UTF-8, one finding, one offer, one column a line; same result, same bytes."""
        return to_bytes(self.model_dump(mode="json", by_alias=True))

    @classmethod
    def load(cls, path: str | Path) -> Result:
        """The result saved at `path`; `InputError` if the file is missing or is not a result of this version."""
        return read_back(cls, path, VERSION)


def result_schema() -> dict[str, Any]:
    """The JSON Schema of a saved result."""
    schema = describe(Result.model_json_schema(by_alias=True, mode="serialization"), Result)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
