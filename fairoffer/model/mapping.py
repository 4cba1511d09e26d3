"""``book.yaml``: where the customers are, and which of the firm's columns says what about them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, PrivateAttr, model_validator
from pydantic_core import CoreSchema

from fairoffer.errors import Problem
from fairoffer.model.base import Base, Count, File, Flag, Id, Some, SomeMonths, Text, Word, fault, shown
from fairoffer.model.mapped import (
    Column,
    DayColumn,
    DaysColumn,
    EventColumn,
    FactColumn,
    FeeColumn,
    FlagColumn,
    IncentiveColumn,
    MoneyColumn,
    MonthsColumn,
    MovedByColumn,
    NumberColumn,
    PartColumn,
    PartyColumn,
    PeopleColumn,
    PercentColumn,
    PerColumn,
    TenureColumn,
    TextColumn,
    Unit,
    ValueColumn,
    WholeColumn,
    or_text,
)
from fairoffer.model.policy import Comparator
from fairoffer.source import Loc, Located

BOOK_FILE = "book.yaml"
Format = Literal["parquet", "csv", "ndjson", "ipc"]


def _plain(name: str) -> str:
    if "." in name or "#" in name:
        raise fault(f"must not hold . or #, which are used in the names of columns: {shown(name)}")
    return name


def _rising(bands: tuple[int, ...]) -> tuple[int, ...]:
    if bands[0] != 1:
        raise fault("must begin with 1: the first band has those who joined last")
    if any(later <= earlier for earlier, later in pairwise(bands)):
        raise fault("each band must begin later than the one before it")
    return bands


def _at_least_one(size: int) -> int:
    if size == 0:
        raise fault("must be at least 1: 1 merges no group")
    return size


Name = Annotated[Word, AfterValidator(_plain)]
PlainId = Annotated[Id, AfterValidator(_plain)]


class Files(Base):
    """Files of customers: a path, a pattern or a directory; or a query to a database."""

    files: Text | None = Field(None, description="path, pattern or directory, relative to book.yaml")
    format: Format | None = Field(None, description="what the files are, where their names do not tell")
    sql: Text | None = Field(None, description="query that gives the customers, a row each")
    url: Word | None = Field(None, description="name of the environment variable that holds the database's URL")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return {"files": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return or_text(handler.resolve_ref_schema(handler(core)), "path, pattern or directory")

    @model_validator(mode="after")
    def _one_place(self) -> Files:
        if (self.files is None) == (self.sql is None):
            raise fault("must say files (a path, pattern or directory) or sql (a query), and not both")
        if self.sql is not None and self.url is None:
            raise fault("must say url: the name of the environment variable that holds the database's URL")
        if self.sql is not None and self.format is not None:
            raise fault("format is about files, and says nothing of a query; leave it out")
        if self.files is not None and self.url is not None:
            raise fault("url is about sql, and says nothing of files; leave it out")
        if self.url is not None and ("://" in self.url or "=" in self.url):
            raise fault("must be the NAME of an environment variable, never the URL with its password itself")
        if not (self.files or self.sql or "").strip():
            raise fault("must not be empty")
        return self

    def names(self, file: str) -> bool:
        """Whether a file beside ``book.yaml`` is one of these."""
        pattern = (self.files or "").removeprefix("./").removeprefix("**/")
        return file == pattern or fnmatchcase(file, pattern)


class TaxMap(Base):
    """Tax in the amounts."""

    included: FlagColumn = Field(description="whether amounts include the tax")
    rate: PercentColumn | None = Field(None, description="rate of the tax in percent; left out: not known")


class LegMap(Base):
    """One side of a comparison, priced."""

    price: MoneyColumn | None = Field(None, description="what was set or offered")
    per: PerColumn | None = Field(None, description="what amounts are for; left out: the term")
    rate: PercentColumn | None = Field(None, description="rate of interest, in percent a year")
    finance_rate: PercentColumn | None = Field(None, description="rate for paying in instalments, percent a year")
    tax: TaxMap | None = Field(None, description="tax in the amounts; left out: as in the catalog")
    fees: dict[Name, FeeColumn] | None = Field(None, description="fees beside the price, by kind")
    addons: dict[PlainId, PartyColumn] | None = Field(None, description="prices of what is bought on top, by name")
    incentives: dict[Name, IncentiveColumn] | None = Field(None, description="what is given with it, by kind")
    parts: dict[Name, PartColumn] | None = Field(None, description="who has what of the price, by party")
    terms: dict[PlainId, NumberColumn] | None = Field(None, description="values of the catalog's own terms")


class QuoteMap(LegMap):
    """What somebody else was or would be offered for the same. What it does not map is as on its row."""

    basis: Comparator = Field(description="who would get it: what a policy compares with")
    label: Text | None = Field(None, description="name of the quote, for people")
    product: TextColumn | None = Field(None, description="product quoted")
    brand: TextColumn | None = Field(None, description="brand it is sold under")
    channel: ValueColumn | None = Field(None, description="where it is sold")
    payment_method: ValueColumn | None = Field(None, description="how it is paid")
    risk: TextColumn | None = Field(None, description="name of the risk that it prices")
    rating: TextColumn | None = Field(None, description="version of the rating it was worked out with")
    at: DayColumn | None = Field(None, description="day it was quoted")
    like: dict[PlainId, ValueColumn] = Field(default_factory=dict, description="what else must be equal")

    @model_validator(mode="after")
    def _seen(self) -> QuoteMap:
        if not any(leaf.column.header for leaf in _leaves("", (), self)):
            raise fault("must map at least one column: a row has this quote where one of its columns is not empty")
        return self


class RenewalMap(Base):
    """How a renewal came about."""

    after_old: FlagColumn | None = Field(None, description="whether it takes effect when the old contract has ended")
    notice: FlagColumn | None = Field(None, description="whether the firm sent a notice of it")
    encouraged: FlagColumn | None = Field(None, description="whether the firm encouraged it")
    same_intermediary: FlagColumn | None = Field(None, description="whether the same intermediary arranges it")


class ContractMap(Base):
    """What binds the customer."""

    made: DayColumn | None = Field(None, description="day the contract was made")
    ends: DayColumn | None = Field(None, description="last day of the minimum term")
    months: MonthsColumn | None = Field(None, description="length of the term that prices per term are for")
    notice_days: DaysColumn | None = Field(None, description="notice to leave, in days")


class PreviousMap(Base):
    """What the customer had before."""

    price: MoneyColumn | None = Field(None, description="price of the term before")
    changed_price: MoneyColumn | None = Field(None, description="that price after changes made within the term")
    fees: MoneyColumn | None = Field(None, description="fees of the term before, in all")


class RowMap(LegMap):
    """Which column says what about a customer. A bare name is a column; {value: …} is the same for every row."""

    customer: TextColumn | None = Field(None, description="name of the customer; no output shows it")
    count: PeopleColumn | None = Field(None, description="how many customers the row stands for; left out: 1")
    supplier: TextColumn | None = Field(None, description="who sells; left out: as in the catalog")
    brand: TextColumn | None = Field(None, description="brand it was bought under")
    product: TextColumn | None = Field(None, description="product; one that the catalog does not list is itself only")
    product_type: TextColumn | None = Field(None, description="kind of product; left out: the catalog's")
    consumer: FlagColumn | None = Field(None, description="whether a consumer, not a business")
    group_policy: FlagColumn | None = Field(None, description="whether it is cover for a group")
    vulnerable: FlagColumn | None = Field(None, description="whether the customer is vulnerable")
    hardship: FlagColumn | None = Field(None, description="whether the customer is in payment difficulty")
    value_tier: TextColumn | None = Field(None, description="tier of value to the firm")
    tenure_months: TenureColumn | None = Field(None, description="completed months since joining, at least 1")
    renewal_no: WholeColumn | None = Field(None, description="how many times it has been renewed, this one included")
    event: EventColumn | None = Field(None, description="what the price was set for")
    on: DayColumn | None = Field(None, description="day of the event: from when the price applies")
    renewal: RenewalMap | None = Field(None, description="how the renewal came about")
    channel: ValueColumn | None = Field(None, description="where it was bought")
    channel_renewal: ValueColumn | None = Field(None, description="where it is renewed")
    channel_moved_by: MovedByColumn | None = Field(None, description="who chose another channel")
    payment_method: ValueColumn | None = Field(None, description="how it is paid")
    risk: TextColumn | None = Field(None, description="name of the risk, which must be equal on both sides")
    rating: TextColumn | None = Field(None, description="version of the rating that the price was worked out with")
    currency: TextColumn | None = Field(
        None, description="currency of the amounts; another than the catalog's is a fault"
    )
    like: dict[PlainId, ValueColumn] = Field(default_factory=dict, description="what must be equal on both sides")
    attributes: dict[PlainId, ValueColumn] = Field(
        default_factory=dict, description="what only the catalog's offers ask"
    )
    paid: MoneyColumn | None = Field(None, description="what was paid in the end; never judged")
    expected_cost: MoneyColumn | None = Field(None, description="what the firm expects this customer to cost")
    contract: ContractMap | None = Field(None, description="what binds the customer")
    previous: PreviousMap | None = Field(None, description="what the customer had before")
    facts: dict[PlainId, FactColumn] = Field(default_factory=dict, description="facts that policies ask for")
    quotes: tuple[QuoteMap, ...] = Field((), description="what others were quoted for the same")


class Leaf(NamedTuple):
    """One mapped value: its path in a row (``quotes.0.price``), its place in ``book.yaml``, and where it comes from."""

    path: str
    loc: Loc
    column: Column


class BookMap(File):
    """A customer book: where its rows are, and what its columns mean."""

    kind_ = "book"

    source: Files = Field(description="where the customers are: a path, a pattern or a directory, or a query")
    comparator: Literal["quoted", "catalog"] = Field(
        "quoted", description="quoted: what others were quoted stands on each row; catalog: it is the best offer there"
    )
    money: Unit = Field(Decimal(1), description='what 1 in a column of money is worth; "0.01": columns hold pence')
    bands: Annotated[Some[SomeMonths], AfterValidator(_rising)] = Field(
        (1, 12, 24, 60), description="months of tenure at which bands begin"
    )
    k: Annotated[Count, AfterValidator(_at_least_one)] = Field(10, description="groups of fewer customers are merged")
    statistics: Flag = Field(
        True, description="whether to work out statistics: matched gaps, gradients, who bears them"
    )
    unique: Word | None = Field(None, description="path whose values should come once each; repeats are counted")
    columns: RowMap = Field(description="which column says what")

    _origin: Located | None = PrivateAttr(None)

    def placed(self, origin: Located) -> BookMap:
        """The same, knowing where it was written, so that later faults can be shown there."""
        self._origin = origin
        return self

    def problems(self) -> Iterator[Problem]:
        """What does not go together in the file."""
        mapped = {leaf.path for leaf in self.leaves() if leaf.column.header is not None}
        if not mapped:
            yield self.problem(("columns",), "maps no column of the source")
        if self.unique is not None and self.unique not in mapped:
            yield self.problem(("unique",), f"{shown(self.unique)} is not mapped to a column")
        if self.comparator == "catalog" and self.columns.quotes:
            message = "quotes are not read where the catalog is the comparator; leave them out, or write quoted here"
            yield self.problem(("comparator",), message)
        for name in ("fees", "incentives", "tax"):
            if self.comparator == "catalog" and getattr(self.columns, name):
                message = (
                    "is not added to a price that the catalog's offers are compared with: map a price that has all in"
                )
                yield self.problem(("columns", name), f"{message} it", key=True)
        if self.comparator == "catalog" and self.columns.product is None:
            yield self.problem(("columns",), "must map product: the catalog's offers are for products")

    def problem(self, loc: Loc, message: str, *, key: bool = False) -> Problem:
        """A problem with what stands at ``loc`` of the file."""
        if self._origin is None:
            return Problem(BOOK_FILE, 0, 1, ".".join(map(str, loc)), message)
        return self._origin.problem(loc, message, key=key)

    def at(self, loc: Loc) -> str:
        """``book.yaml:3``: where what stands at ``loc`` was written."""
        problem = self.problem(loc, "")
        return problem.path if problem.line == 0 else f"{problem.path}:{problem.line}"

    def column_problem(self, leaf: Leaf, message: str) -> Problem:
        """A problem with the column, or the value, that a path is mapped to."""
        key = next(name for name in type(leaf.column).origins() if getattr(leaf.column, name) is not None)
        written: object = self._origin.data if self._origin is not None else None
        for step in leaf.loc if self._origin is not None else ():
            written = written[step]  # type: ignore[index]
        return self.problem((*leaf.loc, key) if isinstance(written, dict) else leaf.loc, message)

    def leaves(self) -> Iterator[Leaf]:
        """Every mapped value, in the order of the fields."""
        return _leaves("", ("columns",), self.columns)


def _leaves(path: str, loc: Loc, item: object) -> Iterator[Leaf]:
    if isinstance(item, Column):
        yield Leaf(path, loc, item)
    if isinstance(item, Base):
        below = {field.alias or name: getattr(item, name) for name, field in type(item).model_fields.items()}
    elif isinstance(item, dict):
        below = item
    else:
        return
    for name, value in below.items():
        if name == "quotes":
            for index, quote in enumerate(value):
                yield from _leaves(f"quotes.{index}", (*loc, name, index), quote)
        elif isinstance(value, (Base, dict)) and name != "map":
            yield from _leaves(f"{path}.{name}" if path else name, (*loc, name), value)
