"""The smallest types of all input files. Everything arrives as text, so each says itself what text it takes.

Pydantic's own conversions are not used for numbers, dates and truth values: they would take ``1e3``, ``yes`` or
``1735689600``, and a pricing file that means something else than it says is worse than one that is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from fairoffer.money import plain

NAME_LENGTH = 20_000
MAX_MONTHS = 1200

_AMOUNT = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,8}))?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COMMA = re.compile(r"(\d+),(\d{1,2})", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_ABSENT = {"", "null", "~", "none", "n/a"}
T = TypeVar("T")


def fault(message: str) -> PydanticCustomError:
    """An error whose message is for the user as it stands."""
    return PydanticCustomError("fault", "{message}", {"message": message})


def shown(value: object) -> str:
    """A value as a message quotes it: short, and with control characters escaped."""
    if isinstance(value, (dict, list, tuple)):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(str(value).lower() if isinstance(value, bool) else str(value))
    return text if len(text) <= 60 else text[:58] + "…'"


def _wrong(kind: str, value: object) -> PydanticCustomError:
    if isinstance(value, str) and value.strip().lower() in _ABSENT:
        return fault(f"must be {kind}, not {shown(value)}; leave the key out if there is none")
    return fault(f"must be {kind}, not {shown(value)}")


def _decimal(value: object, kind: str, signed: bool) -> Decimal:
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        value = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if not isinstance(value, str):
        raise _wrong(kind, value)
    found = _AMOUNT.fullmatch(value)
    if found is None:
        raise _misspelt(kind, value)
    if found[1] and not signed and Decimal(value):
        raise fault(f"must not be negative, but is {shown(value)}")
    return Decimal(value)


def _misspelt(kind: str, value: str) -> PydanticCustomError:
    text = value.strip()
    if text != value and _AMOUNT.fullmatch(text):
        return fault(f"must be {kind}, without spaces around it; write {text}")
    if re.fullmatch(r"\.\d{1,8}", text, re.ASCII):
        return fault(f"must be {kind}, not {shown(value)}; write 0{text}")
    comma, dot = _COMMA.fullmatch(text), _AMOUNT.fullmatch(text.replace(",", ""))
    if comma is not None:
        return fault(f"must be {kind}, not {shown(value)}; write {comma[1]}.{comma[2]}")
    if _GROUPED.fullmatch(text) and dot is not None:
        return fault(f"must be {kind}, not {shown(value)}; write {text.replace(',', '')}")
    digits = text.lstrip("-").split(".")
    if all(part.isascii() and part.isdigit() for part in digits) and len(digits) <= 2:
        return fault(f"has more digits than are kept (12 before the point, 8 after it): {shown(value)}")
    bare = text.strip("£$€¥%+ ").strip()
    if bare != text and _AMOUNT.fullmatch(bare):
        return fault(f"must be {kind}, not {shown(value)}; write {bare}")
    return _wrong(kind, value)


def read_amount(value: object) -> Decimal:
    """Money, zero or more."""
    return _decimal(value, "an amount like 24.99", signed=False)


def read_number(value: object) -> Decimal:
    """A decimal number of either sign."""
    return _decimal(value, "a number like 24.99", signed=True)


def read_percent(value: object) -> Decimal:
    """A percentage, zero or more."""
    return _decimal(value, "a percentage like 4.10", signed=False)


def read_share(value: object) -> Decimal:
    """A share of a whole, from 0 to 1."""
    bare = value.removesuffix("%").strip() if isinstance(value, str) else ""
    if bare != value and _AMOUNT.fullmatch(bare) and 0 <= Decimal(bare) <= 100:
        raise fault(f"must be a share like 0.25, not {shown(value)}; write {plain(Decimal(bare) / 100)}")
    share = _decimal(value, "a share like 0.25", signed=False)
    if share > 1:
        hint = f"; write {plain(share / 100)} for {plain(share)} %" if 2 < share <= 100 else ""
        raise fault(f"must be a share between 0 and 1, not {shown(value)}{hint}")
    return share


def read_whole(value: object) -> int:
    """A whole number of either sign."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or _WHOLE.fullmatch(value) is None:
        raise _wrong("a whole number", value)
    return int(value)


def _between(least: int, most: int, unit: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        number = read_whole(value)
        if number < least:
            raise fault(f"must be at least {least}, not {number}" if least else f"must not be negative, not {number}")
        if number > most:
            raise fault(f"must be at most {most:,}{unit}, not {number}")
        return number

    return read


def read_bool(value: object) -> bool:
    """``true`` or ``false``, and nothing that only looks like one of them."""
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        guess = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}
        word = str(value).strip().lower()
        word = guess.get(word, word)
        hint = f"; write {word}" if word in ("true", "false") else ""
        raise fault(f"must be true or false, not {shown(value)}{hint}")
    return value == "true"


def read_date(value: object) -> date:
    """A day as ``2026-11-21``."""
    if type(value) is date:
        return value
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        raise _wrong("a date like 2026-11-21", value)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise fault(f"is not a day of the calendar: {shown(value)}") from None


def read_id(value: object) -> str:
    """A name that other places refer to: printable, and in one word."""
    if not isinstance(value, str):
        raise _wrong("text", value)
    if not value:
        raise fault("must not be empty")
    if len(value) > 200:
        raise fault(f"is longer than 200 characters: {shown(value)}")
    if not value.isprintable() or " " in value:
        raise fault(f"must be printable characters without spaces, not {shown(value)}")
    return value


def read_word(value: object) -> str:
    """A short text such as a product type: printable, at most 200 characters, spaces allowed inside."""
    if not isinstance(value, str):
        raise _wrong("text", value)
    if not value.strip():
        raise fault("must not be empty")
    if len(value) > 200 or not value.isprintable() or value != value.strip():
        raise fault(f"must be at most 200 printable characters without spaces around them, not {shown(value)}")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise fault("must not be empty")
    return value


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise fault("the list is empty; name at least one value, or leave the key out")
    return values


def _read_fact(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int, Decimal)):
        raise _wrong("one value", value)
    text = str(value)
    if not text or len(text) > NAME_LENGTH:
        raise fault("must not be empty" if not text else f"is longer than {NAME_LENGTH} characters")
    return text


_AMOUNT_SCHEMA = {"type": ["string", "number"], "pattern": r"^\d{1,12}(\.\d{1,8})?$", "examples": ["24.99"]}
_NUMBER_SCHEMA = {"type": ["string", "number"], "pattern": r"^-?\d{1,12}(\.\d{1,8})?$"}


def _whole_schema(least: int | None = None, most: int | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": ["integer", "string"], "pattern": r"^-?\d{1,15}$"}
    return schema | {k: v for k, v in (("minimum", least), ("maximum", most)) if v is not None}


Amount = Annotated[Decimal, BeforeValidator(read_amount), WithJsonSchema(_AMOUNT_SCHEMA)]
Number = Annotated[Decimal, BeforeValidator(read_number), WithJsonSchema(_NUMBER_SCHEMA)]
Percent = Annotated[Decimal, BeforeValidator(read_percent), WithJsonSchema(_AMOUNT_SCHEMA)]
Share = Annotated[Decimal, BeforeValidator(read_share), WithJsonSchema(_AMOUNT_SCHEMA)]
Whole = Annotated[int, BeforeValidator(read_whole), WithJsonSchema(_whole_schema())]
Count = Annotated[int, BeforeValidator(_between(0, 10**12, "")), WithJsonSchema(_whole_schema(0))]
Days = Annotated[int, BeforeValidator(_between(0, 36_600, " days")), WithJsonSchema(_whole_schema(0, 36_600))]
Months = Annotated[int, BeforeValidator(_between(0, MAX_MONTHS, " months")), WithJsonSchema(_whole_schema(0, 1200))]
SomeMonths = Annotated[int, BeforeValidator(_between(1, MAX_MONTHS, " months")), WithJsonSchema(_whole_schema(1, 1200))]
Flag = Annotated[bool, BeforeValidator(read_bool), WithJsonSchema({"enum": [True, False, "true", "false"]})]
Day = Annotated[date, BeforeValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})]
Id = Annotated[str, BeforeValidator(read_id), WithJsonSchema({"type": "string", "pattern": r"^\S{1,200}$"})]
Word = Annotated[str, BeforeValidator(read_word), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 200})]
Text = Annotated[str, Field(max_length=NAME_LENGTH)]
Sentence = Annotated[str, Field(max_length=NAME_LENGTH), AfterValidator(_not_blank)]
Fact = Annotated[str, BeforeValidator(_read_fact), WithJsonSchema({"type": ["string", "boolean", "number"]})]
Facts = dict[Id, Fact]
Some = Annotated[tuple[T, ...], AfterValidator(_some)]
"""A list that is not empty. Checked after its entries, so that a wrong entry is not called a missing one."""


class Base(BaseModel):
    """Frozen, and a key that nobody knows is a fault. ``from_`` in code is ``from`` in files."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.rstrip("_"),
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class File(Base):
    """The root of a file, which starts with ``fairoffer: <kind>/1`` (checked before the model is asked)."""

    kind_: ClassVar[str]

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(core))
        head = {"const": f"{cls.kind_}/1", "description": "kind of file, and version of its format"}
        schema["properties"] = {"fairoffer": head, **schema.get("properties", {})}
        schema["required"] = ["fairoffer", *schema.get("required", [])]
        return schema


class Range(Base):
    """Whole numbers from ``from`` to ``to``, both included; a side left out is open. A bare number is itself only."""

    from_: Whole | None = Field(None, description="smallest value, included; left out: no lower limit")
    to: Whole | None = Field(None, description="largest value, included; left out: no upper limit")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            try:
                number = read_whole(value)
            except PydanticCustomError:
                raise _wrong("a range like {from: 1, to: 12} or a whole number", value) from None
            return {"from": number, "to": number}
        if isinstance(value, (list, bool)):
            raise _wrong("a range like {from: 1, to: 12} or a whole number", value)
        return value

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise fault(f"from {self.from_} is greater than to {self.to}")
        return self

    def contains(self, value: int) -> bool:
        """Whether the range holds this value."""
        return (self.from_ is None or self.from_ <= value) and (self.to is None or value <= self.to)

    def meets(self, other: Range) -> bool:
        """Whether some value is in both."""
        return not _before(self.to, other.from_) and not _before(other.to, self.from_)


def _before(end: int | None, start: int | None) -> bool:
    return end is not None and start is not None and end < start


class MonthRange(Range):
    """A range of completed months, from 0."""

    from_: Months | None = Field(None, description="fewest months, included")
    to: Months | None = Field(None, description="most months, included")


class DateRange(Base):
    """Days from ``from`` to ``to``, both included; a side left out is open."""

    from_: Day | None = Field(None, description="first day, included")
    to: Day | None = Field(None, description="last day, included")

    @model_validator(mode="after")
    def _ordered(self) -> DateRange:
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise fault(f"from {self.from_} is after to {self.to}")
        return self

    def contains(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


def read_test(value: object) -> tuple[str, ...] | Range:
    """What an eligibility or a segment says about one attribute: a value, a list of values or a range."""
    if isinstance(value, Range):
        return value
    if isinstance(value, dict):
        unknown = [key for key in value if key not in ("from", "to")]
        if unknown or not value:
            raise fault("must be a list of values, or a range like {from: 18, to: 65}")
        return Range.model_validate(value)
    if isinstance(value, (list, tuple)):
        if not value:
            raise fault("the list is empty; name at least one value, or leave the key out")
        if all(type(entry) is str for entry in value):
            values = tuple(map(_known_word, value))
        else:
            values = tuple(_test_value(entry) for entry in value)
        if len(set(values)) < len(values):
            twice = next(entry for entry in values if values.count(entry) > 1)
            raise fault(f"names {shown(twice)} twice")
        return values
    return (_test_value(value),)


@lru_cache(maxsize=65_536)
def _known_word(value: str) -> str:
    """As ``read_word``; a large catalog names the same few thousand postcodes millions of times."""
    return read_word(value)


def _test_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int)):
        raise _wrong("one value", value)
    return read_word(str(value))


def _write_test(test: tuple[str, ...] | Range) -> object:
    if isinstance(test, Range):
        return {name: side for name, side in (("from", test.from_), ("to", test.to)) if side is not None}
    return list(test)


Test = Annotated[
    tuple[str, ...] | Range,
    PlainValidator(read_test),
    PlainSerializer(_write_test),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "integer", "boolean"]},
                {"type": "array", "minItems": 1, "items": {"type": ["string", "integer", "boolean"]}},
                {
                    "type": "object",
                    "description": "whole numbers, from one to another",
                    "properties": {
                        side: {**_whole_schema(), "description": f"{which} value, included"}
                        for side, which in (("from", "smallest"), ("to", "largest"))
                    },
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
