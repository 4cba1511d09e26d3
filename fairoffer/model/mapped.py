"""What a customer book's columns are mapped by: the firm's column, or one value that holds for every row."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic_core import CoreSchema

from fairoffer.model.base import (
    MAX_MONTHS,
    Amount,
    Base,
    Count,
    Day,
    Days,
    Fact,
    Flag,
    Months,
    Number,
    Percent,
    Some,
    SomeMonths,
    Word,
    fault,
    shown,
)
from fairoffer.model.book import Event
from fairoffer.model.catalog import Per

Kind = Literal["text", "value", "money", "number", "percent", "flag", "day", "whole", "tenure", "fact"]
MAX_COUNT = 2_000_000_000


def _header(value: str) -> str:
    if not value or len(value) > 1_000:
        raise fault("must name a column of the source")
    return value


def _worth(value: Any) -> Any:
    if not value:
        raise fault("must be more than 0: it is what 1 in the column is worth")
    return value


def _some_people(value: int) -> int:
    if value == 0:
        raise fault("a row stands for at least 1 customer")
    return value


Header = Annotated[str, AfterValidator(_header)]
Unit = Annotated[Amount, AfterValidator(_worth)]
_NAMES = Annotated[
    Some[Word],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]}),
]


def or_text(schema: dict[str, Any], says: str) -> dict[str, Any]:
    """The schema of keys that may be a bare text as well."""
    keys = {key: schema.pop(key) for key in list(schema) if key not in ("title", "description")}
    keys["description"] = schema.get("description", says)
    schema["anyOf"] = [{"type": "string", "minLength": 1, "description": says}, keys]
    return schema


class Column(Base):
    """Where one value of a row comes from; a bare name is a column. Exactly one of column and value is given."""

    kind: ClassVar[Kind]
    known: ClassVar[tuple[str, ...]] = ()
    """The texts that there are, where they are not free."""

    column: Header | None = Field(None, description="column of the source")
    value: Any = Field(None, description="one value for every row, in place of a column")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        if isinstance(value, str):
            return {"column": value}
        if not isinstance(value, (dict, Base)):
            raise fault(f"must be the name of a column, or keys like {{column: name}}, not {shown(value)}")
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Column:
        given = [name for name in self.origins() if getattr(self, name) is not None]
        if len(given) != 1:
            names = list(self.origins())
            said = f"says {' and '.join(given)}" if given else f"must say {', '.join(names[:-1])} or {names[-1]}"
            raise fault(f"{said}; keep one of them" if given else said)
        beside = [name for name in self.read_by() if getattr(self, name) is not None]
        if self.value is not None and beside:
            raise fault(f"{beside[0].rstrip('_')} says how a column is read, but there is a value instead of one")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return or_text(handler.resolve_ref_schema(handler(core)), "name of a column")

    @classmethod
    def origins(cls) -> tuple[str, ...]:
        """The keys of which one says where the value comes from."""
        return ("column", "value")

    @classmethod
    def read_by(cls) -> tuple[str, ...]:
        """The keys that say how a column is read, and mean nothing beside a value."""
        return tuple(name for name in ("unit", "map", "true_", "false_") if name in cls.model_fields)

    @property
    def header(self) -> str | None:
        """The column of the source that is read; ``None`` for a value."""
        return self.column


class TextColumn(Column):
    """A column of text, or one text for every row."""

    kind: ClassVar[Kind] = "text"

    value: Word | None = Field(None, description="one text for every row, in place of a column")
    map: dict[str, Word] | None = Field(None, description="what the column's texts mean; all others cannot be read")


class PerColumn(TextColumn):
    """What amounts are for."""

    known = ("month", "year", "term")
    value: Per | None = Field(None, description="one period for every row, in place of a column")


class EventColumn(TextColumn):
    """What the price was set for."""

    known = ("renewal", "price-change", "benefit-end", "contract-end", "review")
    value: Event | None = Field(None, description="one event for every row, in place of a column")


class MovedByColumn(TextColumn):
    """Who chose another channel."""

    known = ("customer", "firm")
    value: Literal["customer", "firm"] | None = Field(None, description="one for every row, in place of a column")


class ValueColumn(TextColumn):
    """A value of something that offers may ask: text, a whole number, or true and false, as the catalog declares it."""

    kind = "value"


class MoneyColumn(Column):
    """A column of money, or one amount (in the catalog's currency) for every row."""

    kind = "money"

    value: Amount | None = Field(None, description="one amount for every row, in place of a column")
    unit: Unit | None = Field(None, description='what 1 in the column is worth; "0.01": it holds pence')


class NumberColumn(Column):
    """A column of numbers, or one number for every row."""

    kind = "number"

    value: Number | None = Field(None, description="one number for every row, in place of a column")
    unit: Unit | None = Field(None, description="what 1 in the column is worth; left out: 1")


class PercentColumn(Column):
    """A column of percentages, or one for every row."""

    kind = "percent"

    value: Percent | None = Field(None, description="one percentage for every row, in place of a column")
    unit: Unit | None = Field(None, description='what 1 in the column is, in percent; "100": it holds parts of 1')


class FlagColumn(Column):
    """A column of true and false, or one of them for every row."""

    kind = "flag"

    value: Flag | None = Field(None, description="true or false for every row, in place of a column")
    true_: _NAMES | None = Field(None, description="what stands for true in the column")
    false_: _NAMES | None = Field(None, description="what stands for false in the column")

    @model_validator(mode="after")
    def _both_sides(self) -> FlagColumn:
        check_sides(self.true_, self.false_)
        return self


def check_sides(yes: tuple[str, ...] | None, no: tuple[str, ...] | None) -> None:
    """A fault where only one of true and false is spelt out, or both in the same way."""
    if (yes is None) != (no is None):
        raise fault("must say both true and false: what stands for each in the column")
    twice = set(yes or ()) & set(no or ())
    if twice:
        raise fault(f"{shown(min(twice))} stands for true and for false; keep one of them")


class DayColumn(Column):
    """A column of days (a time of day is dropped), or one day for every row."""

    kind = "day"

    value: Day | None = Field(None, description="one day for every row, in place of a column")


class WholeColumn(Column):
    """A column of whole numbers, or one for every row."""

    kind = "whole"
    least: ClassVar[int] = 0
    most: ClassVar[int] = MAX_COUNT

    value: Count | None = Field(None, description="one whole number for every row, in place of a column")


class PeopleColumn(WholeColumn):
    """How many customers a row stands for."""

    least = 1
    value: Annotated[Count, AfterValidator(_some_people)] | None = Field(
        None, description="one number for every row, in place of a column"
    )


class DaysColumn(WholeColumn):
    """A number of days."""

    most = 36_600
    value: Days | None = Field(None, description="one number for every row, in place of a column")


class MonthsColumn(WholeColumn):
    """A number of months."""

    most = MAX_MONTHS
    value: Months | None = Field(None, description="one number for every row, in place of a column")


class TenureColumn(Column):
    """Completed months since joining: a column of months, of the days of joining, or one number for every row."""

    kind = "tenure"
    least: ClassVar[int] = 0
    most: ClassVar[int] = MAX_MONTHS

    value: SomeMonths | None = Field(None, description="one number of months for every row, in place of a column")
    since: Header | None = Field(None, description="column with the day of joining; counted to the judged day")

    @classmethod
    def origins(cls) -> tuple[str, ...]:
        return ("column", "since", "value")

    @property
    def header(self) -> str | None:
        return self.column if self.since is None else self.since


class FactColumn(Column):
    """A fact that policies ask for: read as what they declare it to be, else as what the column holds."""

    kind = "fact"

    value: Fact | None = Field(None, description="one value for every row, in place of a column")
    map: dict[str, Word] | None = Field(None, description="what the column's texts mean; all others cannot be read")
    true_: _NAMES | None = Field(None, description="what stands for true in the column")
    false_: _NAMES | None = Field(None, description="what stands for false in the column")

    @model_validator(mode="after")
    def _both_sides(self) -> FactColumn:
        check_sides(self.true_, self.false_)
        if self.map is not None and self.true_ is not None:
            raise fault("says map and true; keep one of them")
        return self


Absent = Literal["none", "unknown"]


class PartyColumn(MoneyColumn):
    """An amount that may go to somebody else, and what it means that a row has none."""

    party: Word | None = Field(None, description="who gets it, if not the supplier")
    absent: Absent = Field("unknown", description="what an empty cell means: there is none, or it is not known")


class FeeColumn(PartyColumn):
    """A fee beside the price."""

    when: Literal["start", "month", "year", "end"] = Field("start", description="when it is due")


class IncentiveColumn(MoneyColumn):
    """Something given: money, a percentage of the price beside it, or points; an empty cell means there is none."""

    size: Literal["value", "percent", "points"] = Field("value", description="what the column holds")
    cash_equivalent: Flag | None = Field(None, description="whether it is as good as money; left out: not known")
    funded: MoneyColumn | None = Field(None, description="what the firm pays for it; left out or empty: all of it")
    party: Word | None = Field(None, description="who gives it, if not the supplier")
    condition: Word | None = Field(None, description="what the customer has to do for it")
    absent: Literal["none"] = Field("none", description="what an empty cell means: there is none")


class PartColumn(MoneyColumn):
    """What one party has of the price, and what it means that a row does not say."""

    absent: Absent = Field("unknown", description="what an empty cell means: there is none, or it is not known")
