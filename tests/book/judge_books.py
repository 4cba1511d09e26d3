"""Random books as a mapping and a raw table, and what the exact engine says of every row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from fairoffer.audit.asked import Desk, ask_costs, asked_of, subject_of
from fairoffer.audit.bind import GROUPED, Bound, bind
from fairoffer.audit.conditions import conditions
from fairoffer.audit.grouped import Member, two_values
from fairoffer.audit.rowwise import judge_rows
from fairoffer.audit.scope import truths_of_rows
from fairoffer.book.judge import Judge, judge_of
from fairoffer.book.judge_legs import Shape, shape_of
from fairoffer.book.slots import FAIL, NOT_ASKED, OUT, PASS, WHOLE, Judged, reason_of
from fairoffer.book.wide import FAULT, Portion, Reading, reading, rows_of
from fairoffer.compare.market import Shelf
from fairoffer.model.book import BookRow
from fairoffer.model.catalog import Catalog
from fairoffer.model.inputs import Inputs
from fairoffer.model.mapping import BookMap
from fairoffer.model.policy import Policy
from fairoffer.money import round_half_up
from tests.drawing import Draw
from tests.strategies_rows import (
    CHOICES,
    FACT_VALUES,
    FACTS,
    FEES,
    GROUPS,
    LIKE,
    PAIRS,
    PRICES,
    RATES,
    TERMS,
    VALUES,
    RowMaker,
)

ROWS = 12
OUT_OF_SCOPE = "out-of-scope"
Said = tuple[str, str | None, int | None, int | None, int | None]
"""Outcome, reason, gap, the row's own value and the horizon."""


@dataclass(frozen=True)
class DrawnBook:
    """A book as it is mapped and stored, under a catalog and a policy."""

    catalog: dict[str, Any]
    policy: dict[str, Any]
    columns: dict[str, Any]
    table: dict[str, list[Any]]
    as_of: date

    def but(self, **changes: Any) -> DrawnBook:
        return replace(self, **changes)

    def opened(self) -> OpenBook:
        catalog = Catalog.model_validate(self.catalog)
        policy = Policy.model_validate(self.policy)
        mapped = BookMap.model_validate({"source": "book.parquet", "columns": self.columns})
        raw = pl.DataFrame(self.table)
        read = reading(mapped, raw.schema, catalog, self.as_of, policy.facts)
        return OpenBook(catalog, policy, read, read.wide(raw, 1), self.as_of)


@dataclass(frozen=True)
class OpenBook:
    """The same, read."""

    catalog: Catalog
    policy: Policy
    read: Reading
    portion: Portion
    as_of: date
    rows: list[BookRow] = field(init=False)
    inputs: Inputs = field(init=False)

    def __post_init__(self) -> None:
        height = self.portion.frame.height
        object.__setattr__(self, "rows", rows_of(self.read, self.portion.frame, list(range(height))))
        inputs = Inputs(
            directory=".", catalog=self.catalog, segments=None, policies=(self.policy,), book=tuple(self.rows)
        )
        object.__setattr__(self, "inputs", inputs)

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.catalog, self.as_of, None)

    @property
    def rules(self) -> list[Bound]:
        return bind(self.inputs, self.as_of)

    def judge(self) -> Judge:
        return judge_of(self.inputs, self.shelf, self.rules, self.read, self.as_of)

    def unit(self, rule: str, term: str) -> int:
        """The units of 1 in which the judge says what comes out."""
        slots = self.judge().slots
        return next(slot.unit for slot in slots if (slot.bound.rule.id, slot.term) == (rule, term))

    def told(self) -> dict[tuple[str, str, int, int], Said]:
        """What the judge says, by rule, term, sign and row."""
        found = {}
        for one in self.judge().judge(self.portion):
            for row in range(self.portion.frame.height):
                said = said_of(one, row)
                if said is not None:
                    found[one.slot.bound.rule.id, one.slot.term, one.slot.sign, row] = said
        return found

    def wanted(self) -> dict[tuple[str, str, int, int], Said]:
        """What the exact engine says."""
        found: dict[tuple[str, str, int, int], Said] = {}
        for rule in self.rules:
            if rule.check.id == "condition" and rule.rule.table == "customers":
                found |= self.of_condition(rule)
            elif rule.check.id == "uniform-rate":
                found |= self.of_rates(rule)
            elif rule.check.id in GROUPED:
                found |= self.of_values(rule)
            elif rule.check.id in PAIRS:
                found |= self.of_pairs(rule)
        return found

    def of_pairs(self, rule: Bound) -> dict[tuple[str, str, int, int], Said]:
        found = {}
        desk = Desk(rule, self.shelf, self.as_of)
        truths = truths_of_rows(self.inputs, self.shelf, rule)
        signs = {(at, one.term): one.sign for at, row in enumerate(self.rows) for one in asked_of(desk, row, at)}
        for one in judge_rows(desk, self.rows, truths):
            row = one.subject.row or 0
            outcome = "out-of-scope" if rule.force == "not-effective" else one.outcome
            if outcome in ("out-of-scope", "not-assessable"):
                reason = None if outcome == "out-of-scope" else one.reason
                said: Said = (outcome, reason, None, None, None)
            else:
                kind = "pass" if outcome == "pass" else "fail"
                unit = self.unit(rule.rule.id, one.term)
                mine = units(one.part(one.existing) or Fraction(0), unit)
                gap = units(one.part(one.gap) or Fraction(0), unit)
                said = (kind, None, gap, mine, one.horizon or 0)
                if max(abs(gap), abs(mine)) >= 1 << 63:
                    said = ("not-assessable", "unreadable", None, None, None)
            found[rule.rule.id, one.term, signs.get((row, one.term), 0), row] = said
        return found

    def of_values(self, rule: Bound) -> dict[tuple[str, str, int, int], Said]:
        found: dict[tuple[str, str, int, int], Said] = {}
        desk = Desk(rule, self.shelf, self.as_of)
        truths = truths_of_rows(self.inputs, self.shelf, rule) or [True] * len(self.rows)
        for at, row in enumerate(self.rows):
            choice = desk.choice(row)
            own = list(ask_costs(desk, row, subject_of(row, at, ()), choice))
            for asked in own[:1] if rule.check.id == "concentration" else own:
                key = (rule.rule.id, asked.term, asked.sign, at)
                one = two_values(asked, Member(at, row, truths[at]), frozenset())
                if truths[at] is False or rule.force == "not-effective":
                    found[key] = ("out-of-scope", None, None, None, None)
                elif one.mine is None or one.theirs is None:
                    found[key] = ("not-assessable", one.reason, None, None, None)
                else:
                    unit = self.unit(rule.rule.id, asked.term)
                    gap = units((one.mine - one.theirs) * asked.sign, unit)
                    found[key] = ("pass", None, gap, units(one.mine, unit), asked.horizon or 0)
        return found

    def of_rates(self, rule: Bound) -> dict[tuple[str, str, int, int], Said]:
        """Accounts past their first months; who has a price and no rate holds another kind of product."""
        found: dict[tuple[str, str, int, int], Said] = {}
        desk = Desk(rule, self.shelf, self.as_of)
        truths = truths_of_rows(self.inputs, self.shelf, rule) or [True] * len(self.rows)
        for at, row in enumerate(self.rows if Shape.has(shape_of(self.read), "rate") else ()):
            young = row.tenure_months is not None and row.tenure_months <= rule.rule.over
            if young or (row.rate is None and row.price is not None):
                continue
            key = (rule.rule.id, "rate", desk.sign_of_rate(row), at)
            if truths[at] is False or rule.force == "not-effective":
                found[key] = ("out-of-scope", None, None, None, None)
            elif truths[at] is None:
                found[key] = ("not-assessable", "scope-unknown", None, None, None)
            elif row.tenure_months is None or row.rate is None:
                found[key] = ("not-assessable", "missing-value", None, None, None)
            else:
                found[key] = ("pass", None, 0, units(Fraction(row.rate), WHOLE), 0)
        return found

    def of_condition(self, rule: Bound) -> dict[tuple[str, str, int, int], Said]:
        found: dict[tuple[str, str, int, int], Said] = {}
        for one in conditions(self.inputs, self.shelf, rule, self.as_of):
            outcome = "out-of-scope" if rule.force == "not-effective" else one.outcome
            kind = outcome if outcome in ("pass", "out-of-scope", "not-assessable") else "fail"
            reason = one.reason if outcome == "not-assessable" else None
            found[rule.rule.id, "", 1, one.subject.row or 0] = (kind, reason, None, None, None)
        return found


def units(size: Fraction, unit: int) -> int:
    return int(round_half_up(size.numerator * unit, size.denominator, 0))


def said_of(one: Judged, row: int) -> Said | None:
    code = int(one.outcome[row])
    if code == NOT_ASKED:
        return None
    if code == OUT:
        return ("out-of-scope", None, None, None, None)
    if code not in (PASS, FAIL):
        return ("not-assessable", reason_of(code), None, None, None)
    kind = "pass" if code == PASS else "fail"
    if not one.known[row]:
        return (kind, None, None, None, None)
    horizon = one.horizon if isinstance(one.horizon, int) else int(one.horizon[row])
    return (kind, None, int(one.gap[row]), int(one.mine[row]), horizon)


def differences(book: DrawnBook) -> list[str]:
    """Everything that the judge says and the exact engine does not, or the other way round."""
    opened = book.opened()
    told, wanted = opened.told(), opened.wanted()
    unread = opened.portion.frame[FAULT].to_list() if FAULT in opened.portion.frame.columns else []
    for key in list(told):
        if key[3] < len(unread) and unread[key[3]] and (told[key][1] == "unreadable" or told[key][0] == OUT_OF_SCOPE):
            del told[key]
    wanted = {key: said for key, said in wanted.items() if not (key[3] < len(unread) and unread[key[3]])}
    # Where nothing would be asked of a row that is out of scope, the engine names no term.
    for key in [key for key in wanted if key[1] == "" and wanted[key][0] in ("out-of-scope", "not-assessable")]:
        own = [other for other in told if (other[0], other[3]) == (key[0], key[3])]
        if key[2] != 1 or own != [key]:
            said = wanted.pop(key)
            if len(own) == 1 and told[own[0]] == said:
                wanted[own[0]] = said
    found = [f"{key}: told {told.get(key)}, wanted {wanted.get(key)}" for key in sorted({*told, *wanted}, key=str)]
    return [
        line
        for line, key in zip(found, sorted({*told, *wanted}, key=str), strict=True)
        if told.get(key) != wanted.get(key)
    ]


class BookMaker(RowMaker):
    """Draws a mapping, the columns that it names, and rules over them."""

    def __init__(self, draw: Draw, rows: int = ROWS) -> None:
        super().__init__(draw, True)
        self.rows = rows
        self.table: dict[str, list[Any]] = {"id": [f"c{n}" for n in range(rows)]}
        self.hollow = draw.one([0, 0, 12, 4])
        self.huge = draw.maybe(12)
        # What no name of its own says may stand among the facts, and on a quote as what must be alike.
        self.fact_named = draw.one([None, None, None, None, "tier", "score", "ok", "visits"])
        if self.fact_named:
            self.named.append(self.fact_named)

    def book(self) -> DrawnBook:
        checks = [c for c in (*PAIRS, *GROUPS) if not self.d.maybe(3)] or ["default-gap"]
        rules = [self.rule(check) for check in checks]
        for number in range(self.d.number(0, 2)):
            text = self.text("customers")
            rules.append(
                {"id": f"c{number}", "check": "condition", "level": "house", "table": "customers", "condition": text}
            )
        columns = self.columns()
        policy = self.policy(rules)
        return DrawnBook(self.catalog(), policy, columns, self.table, self.as_of)

    def tolerance(self, check: str) -> dict[str, Any]:
        """Now and then one that is no round number."""
        found = super().tolerance(check)
        if self.d.maybe(4):
            found |= {"percent": self.d.one(["7.77", "0.00000001", "12.34567891", "999999999999"])}
        if self.d.maybe(6):
            found |= {"money": self.d.one(["0.00500001", "3.33333333", "999999999999.99999999"])}
        return found

    # -- cells -------------------------------------------------------------------------------------------------------

    def cells(self, path: str, values: list[Any], *, fixed: int = 6, **more: Any) -> dict[str, Any]:
        """A column with some of the values and some gaps, or now and then one value for all."""
        d = self.d
        if self.huge and values and values[0] in (PRICES[0], FEES[0], VALUES[0], RATES[0]):
            values = [*values, "999999999999.9999", "109951162.7776", "900000.0001", "0.0001"]
        if d.maybe(fixed):
            value = d.one(values)
            if isinstance(value, bool):
                value = str(value).lower()
            return {"value": value.isoformat() if isinstance(value, date) else str(value), **more}
        drawn = [None if self.hollow and d.maybe(self.hollow) else d.one(values) for _ in range(self.rows)]
        if all(value is None for value in drawn):
            drawn[0] = values[0]
        self.table[path] = drawn
        return {"column": path, **more}

    def columns(self) -> dict[str, Any]:
        d = self.d
        found: dict[str, Any] = {"customer": "id", **self.wide_leg("")}
        if not d.maybe(8):
            found["product"] = self.cells("product", ["p1"] if self.plain else ["p1", "p1", "p1", "p2", "p3", "p9"])
        if d.maybe(4):
            found["product_type"] = self.cells("product_type", [self.type, self.type, "other"])
        found["tenure_months"] = self.cells("tenure", [1, 12, 13, 24, 60])
        for name in ("consumer", "vulnerable", "hardship", "group_policy"):
            if d.maybe(2):
                found[name] = self.cells(name, [True, False])
        if not self.plain or d.maybe(8):
            self.wide_choices(found)
        self.times(found)
        if d.maybe(3):
            found["renewal"] = {n: self.cells(f"renewal.{n}", [True, False]) for n in d.some(["after_old", "notice"])}
        if d.maybe(3):
            found["event"] = self.cells("event", ["renewal", "review"])
            found["renewal_no"] = self.cells("renewal_no", [0, 1, 2])
        if d.maybe(3):
            found["paid"] = self.cells("paid", ["100", "90", "99.99"])
        if d.maybe(8):
            found["supplier"] = self.cells("supplier", ["Other", "Example"])
        if d.maybe(6):
            found["count"] = self.cells("count", [1, 3])
        if self.fact_named or d.maybe(3):
            found["facts"] = {name: self.cells(f"facts.{name}", FACT_VALUES[name]) for name in d.some(FACTS)}
        found["quotes"] = [self.wide_quote(number) for number in range(d.one([1, 1, 1, 2, 2, 3, 0]))]
        return found

    def times(self, found: dict[str, Any]) -> None:
        d = self.d
        contract: dict[str, Any] = {}
        if not d.maybe(4):
            contract["months"] = self.cells("contract.months", [12, 12, 24, 1, 6, 0], fixed=2)
        if d.maybe(4):
            contract["made"] = self.cells("contract.made", self.days([-365, -366, -30, -31, -400]))
        if d.maybe(4):
            contract["ends"] = self.cells("contract.ends", self.days([0, 1, 30, -1, -29, -31]), fixed=99)
        if contract:
            found["contract"] = contract
        if d.maybe(3) or self.basis == "own-previous":
            names = d.some(["price", "changed_price", "fees"])
            found["previous"] = {n: self.cells(f"previous.{n}", FEES if n == "fees" else PRICES[:6]) for n in names}
        if self.dated and d.maybe(2):
            found["on"] = self.cells("on", self.days([0, -3, 5]))

    def days(self, days: list[int]) -> list[date]:
        return [self.as_of + timedelta(days=n) for n in days]

    def wide_choices(self, found: dict[str, Any]) -> None:
        d = self.d
        for name, values in CHOICES.items():
            if not d.maybe(3):
                found[name] = self.cells(name, values)
        if d.maybe(4):
            found["channel_renewal"] = self.cells("channel_renewal", ["phone", "web"])
        if d.maybe(4):
            found["channel_moved_by"] = self.cells("channel_moved_by", ["customer", "firm"])
        if d.maybe(3):
            found["risk"] = self.cells("risk", ["r1", "r2"])
        if d.maybe(8):
            found["rating"] = self.cells("rating", ["v1", "v2"])
        if d.maybe(2):
            found["like"] = {name: self.cells(f"like.{name}", LIKE[name]) for name in d.some(LIKE)}

    # -- legs --------------------------------------------------------------------------------------------------------

    def wide_leg(self, prefix: str) -> dict[str, Any]:
        d = self.d
        found: dict[str, Any] = {}
        if self.kind != "rate" and not d.maybe(12):
            found["price"] = self.cells(f"{prefix}price", PRICES[:6] if self.alike else PRICES, fixed=20)
        if self.kind != "price" and not d.maybe(12):
            found["rate"] = self.cells(f"{prefix}rate", RATES, fixed=20)
        if d.maybe(8):
            found["finance_rate"] = self.cells(f"{prefix}finance_rate", RATES)
        pers = [per for per in self.pers if per is not None]
        if pers and (not prefix or d.maybe(3)):
            found["per"] = self.cells(f"{prefix}per", pers, fixed=2)
        if self.taxed and d.maybe(2):
            found["tax"] = {
                "included": self.cells(f"{prefix}tax.included", [True, False], fixed=1 if d.maybe(2) else 3)
            }
            if d.maybe(2):
                rates = ["20", "7", "19.1234"]
                found["tax"]["rate"] = self.cells(f"{prefix}tax.rate", rates, fixed=1 if d.maybe(2) else 3)
        if self.kind != "rate":
            self.wide_lists(prefix, found)
        if self.gifts and d.maybe(2):
            kinds = d.some(["gift", "points"])
            found["incentives"] = {kind: self.wide_gift(f"{prefix}incentives.{kind}") for kind in kinds}
        if self.worded and not d.maybe(5):
            found["terms"] = {n: self.cells(f"{prefix}terms.{n}", ["10", "50", "100"]) for n in d.some(TERMS)}
        return found

    def wide_lists(self, prefix: str, found: dict[str, Any]) -> None:
        d = self.d
        if d.maybe(2):
            kinds = d.some(["setup", "admin"]) if not d.maybe(6) else []
            found["fees"] = {
                kind: self.cells(
                    f"{prefix}fees.{kind}",
                    FEES,
                    absent=d.one(["none", "unknown"]),
                    when=d.one(["start", "start", "end", "month", "year"]),
                    **({"party": d.one(["broker", "insurer"])} if d.maybe(4) else {}),
                )
                for kind in kinds
            }
        for key, names, values in (
            ("addons", ["breakdown-cover", "legal"], FEES),
            ("parts", ["broker", "insurer"], ["10", "10.004", "10.01", "5"]),
        ):
            if d.maybe(4):
                found[key] = {
                    name: self.cells(f"{prefix}{key}.{name}", values, absent=d.one(["none", "unknown"]))
                    for name in d.some(names)
                }

    def wide_gift(self, path: str) -> dict[str, Any]:
        d = self.d
        size = d.one(["value", "value", "value", "percent", "points"])
        more: dict[str, Any] = {"size": size}
        cash = d.one(["true", "true", "true", "false", None])
        if cash is not None:
            more["cash_equivalent"] = cash
        if d.maybe(3) and size != "percent":
            more["funded"] = self.cells(f"{path}.funded", ["5", "10", "60", "0"])
        return self.cells(path, ["10", "5"] if size == "percent" else [*VALUES, "0"], **more)

    def wide_quote(self, number: int) -> dict[str, Any]:
        d = self.d
        prefix = f"quotes.{number}."
        basis = self.basis if number == 0 else d.one([self.basis, self.basis, "best-open"])
        found: dict[str, Any] = {"basis": basis, **self.wide_leg(prefix)}
        if not any(path.startswith(prefix) for path in self.table):
            # A quote is there where one of its columns holds something: there must be one.
            found["price"] = self.cells(f"{prefix}price", PRICES, fixed=1_000_000)
        if self.plain and not d.maybe(12):
            return found
        if d.maybe(6):
            found["product"] = self.cells(f"{prefix}product", ["p1", "p1", "p2", "p3"])
        for name, values in CHOICES.items():
            if d.maybe(5):
                found[name] = self.cells(f"{prefix}{name}", values)
        if d.maybe(5):
            found["risk"] = self.cells(f"{prefix}risk", ["r1", "r2"])
        if d.maybe(10):
            found["rating"] = self.cells(f"{prefix}rating", ["v1", "v2"])
        like = {name: self.cells(f"{prefix}like.{name}", values) for name, values in LIKE.items() if d.maybe(5)}
        if self.fact_named and d.maybe(2):
            like[self.fact_named] = self.cells(f"{prefix}like.{self.fact_named}", FACT_VALUES[self.fact_named])
        if like:
            found["like"] = like
        if self.dated and not d.maybe(3):
            found["at"] = self.cells(f"{prefix}at", self.days([0, -1, -3, 1, 5]))
        return found
