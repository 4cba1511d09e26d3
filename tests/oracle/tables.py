"""What conditions and scopes read of rows, notices, records and lines; and the checks `condition` and `due`."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from fairoffer.model.policy import read_fact
from tests.oracle.kleene import Columns
from tests.oracle.legs import MISSING
from tests.oracle.lines import RowComparison
from tests.oracle.quotes import effective_channel

OF_CATALOG = ("supplier", "jurisdiction", "currency")
PLAIN = ("customer", "brand", "value_tier", "event", "channel", "channel_renewal", "channel_moved_by")
PLAIN += ("payment_method", "risk", "rating", "per", "consumer", "group_policy", "vulnerable", "hardship")
PLAIN += ("tenure_months", "renewal_no", "on", "price", "paid", "expected_cost", "rate", "finance_rate", "product")
BOOLEANS = ("consumer", "group_policy", "vulnerable", "hardship", "renewal_after_old", "renewal_notice")
BOOLEANS += ("renewal_encouraged", "renewal_same_intermediary", "tax_included", "lists_new", "lists_existing")
WHOLE = ("tenure_months", "tenure_from", "tenure_to", "renewal_no", "contract_months", "contract_notice_days")
NUMBERS = ("price", "paid", "expected_cost", "rate", "finance_rate", "tax_rate", "fees", "addons", "previous_price")
NUMBERS += ("previous_changed_price", "previous_fees")


def months_since(start: date | None, day: date) -> int | None:
    """Completed months: the most that can have gone by, as what is due counts them; None before."""
    if start is None or start > day:
        return None
    months = 0
    while months_later(start, months + 1) <= day:
        months += 1
    return months


def months_later(day: date, months: int) -> date:
    """So many calendar months later, on the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def part(owner: Any, *names: str) -> Any:
    """A nested value; None where any of it is not there."""
    for name in names:
        owner = None if owner is None else getattr(owner, name)
    return owner


def spelled(name: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in name)


def total(listed: Any, value: str, name: str | None = None, wanted: str | None = None) -> Any:
    """The sum of a list; 0 where it has nothing (of that name), None where there is no list."""
    if listed is None:
        return None
    return sum(
        (Fraction(getattr(one, value)) for one in listed if name is None or spelled(getattr(one, name)) == wanted),
        Fraction(0),
    )


class Tables:
    """The columns of everything in the inputs."""

    def __init__(self, inputs: Any, policy: Any, day: date) -> None:
        self.inputs, self.catalog, self.policy, self.day = inputs, inputs.catalog, policy, day
        self.products = {product.id: product for product in inputs.catalog.products}

    # -- facts -------------------------------------------------------------------------------------------------------

    def fact(self, name: str, *levels: Any) -> Any:
        """The nearest statement of a fact, typed as the column of that name or as the policy declares it."""
        for level in levels:
            if level is not None and name in level:
                if name in BOOLEANS:
                    return read_fact("boolean", level[name])
                if name in WHOLE:
                    return read_fact("integer", level[name])
                if name in NUMBERS:
                    return read_fact("number", level[name])
                return read_fact(self.policy.facts[name], level[name]) if name in self.policy.facts else level[name]
        return None

    def known(self, name: str) -> bool:
        """Whether facts of this name are asked for: as columns, or by the policy."""
        return name in self.policy.facts or name in BOOLEANS + WHOLE + NUMBERS + PLAIN or name == "product_type"

    def product_facts(self, product: str | None) -> Any:
        found = self.products.get(product or "")
        return None if found is None else found.facts

    def product_type(self, row: Any) -> Any:
        """As the row says, else the catalog's product."""
        if row.product_type is not None:
            return row.product_type
        found = self.products.get(row.product or "")
        return None if found is None else found.type

    # -- rows --------------------------------------------------------------------------------------------------------

    def of_row(self, row: Any) -> Columns:
        """The columns of a row of the book."""

        def column(name: str) -> Any:
            own = self.of_row_itself(row, name)
            if own is not None or not self.known(name):
                return own
            return self.fact(name, row.facts, self.product_facts(row.product), self.catalog.facts)

        return column

    def of_row_itself(self, row: Any, name: str) -> Any:
        if name == "per":
            priced = row.price is not None or any(getattr(row, lists) for lists in ("fees", "addons", "parts"))
            return row.per or ("term" if priced else None)
        if name in PLAIN:
            return getattr(row, name)
        if name == "customers":
            return row.count
        if name == "product_type":
            return self.product_type(row)
        if name in OF_CATALOG:
            own = row.supplier if name == "supplier" else None
            return own if own is not None else self.of_all(name)
        if name.startswith("renewal_"):
            return part(row.renewal, name.removeprefix("renewal_"))
        if name.startswith("previous_"):
            return part(row.previous, name.removeprefix("previous_"))
        if name.startswith("quote_"):
            return self.quoted(row, name.removeprefix("quote_").replace("_", "-"))
        if name in ("tax_included", "tax_rate"):
            tax = row.tax if row.tax is not None else self.catalog.tax
            return part(tax, name.removeprefix("tax_"))
        if name.startswith(("contract_", "months_")):
            return self.of_contract(row.contract, name)
        return self.listed(row, name)

    def of_all(self, name: str) -> Any:
        """What the catalog says for everybody; "no currency" is none."""
        if name in ("tax_included", "tax_rate"):
            return part(self.catalog.tax, name.removeprefix("tax_"))
        found = getattr(self.catalog, name)
        return None if found == "XXX" else found

    def of_contract(self, contract: Any, name: str) -> Any:
        ends = part(contract, "ends")
        if name == "contract_ended":
            return None if ends is None else ends <= self.day
        if name == "months_out_of_contract":
            return months_since(ends, self.day)
        if name == "months_since_contract_made":
            return months_since(part(contract, "made"), self.day)
        if name == "contract_rise_dated":
            rise = part(contract, "rise")
            return None if rise is None else bool(rise.schedule)
        if name.startswith("contract_rise_"):
            return part(contract, "rise", name.removeprefix("contract_rise_"))
        return part(contract, name.removeprefix("contract_"))

    def listed(self, row: Any, name: str) -> Any:
        """Sums of lists, and what rows name themselves."""
        if name == "fees":
            return total(row.fees, "amount")
        if name == "addons":
            return total(row.addons, "price")
        prefix, _, rest = name.partition("_")
        if prefix == "fees":
            return total(row.fees, "amount", "kind", rest)
        if prefix == "addons":
            return total(row.addons, "price", "id", rest)
        if prefix == "parts":
            return total(row.parts, "amount", "party", rest)
        if prefix in ("like", "terms"):
            found = getattr(row, prefix) or {}
            return next((value for key, value in found.items() if spelled(key) == rest), None)
        return None

    def quoted(self, row: Any, basis: str) -> Any:
        """The cheapest quote of a basis at the row's place, else of all; one without a price may be cheaper."""
        own = [quote for quote in row.quotes or () if quote.basis == basis]
        channel = effective_channel(row)
        here = [q for q in own if q.channel in (None, channel) and q.payment_method in (None, row.payment_method)]
        prices = [quote.price for quote in here or own]
        return None if not prices or None in prices else min(prices)

    # -- notices, records, lines -------------------------------------------------------------------------------------

    def rows_named(self, customer: str | None) -> list[Any]:
        return [row for row in self.inputs.book or () if row.customer == customer]

    def agreed(self, rows: list[Any]) -> Columns:
        """The columns of several rows: what all of them say."""
        each = [self.of_row(row) for row in rows]

        def column(name: str) -> Any:
            values = {columns(name) for columns in each}
            return values.pop() if len(values) == 1 else None

        return column

    def beside(self, own: Any, facts: Any, others: Columns) -> Columns:
        """Columns of a table's own, facts, else those of whom it is about."""

        def column(name: str) -> Any:
            known, value = own(name)
            if value is not None:
                return value
            if self.known(name) and facts is not None and name in facts:
                return self.fact(name, facts)
            return None if known else others(name)

        return column

    def of_customer(self, customer: str | None) -> Columns:
        rows = self.rows_named(customer)
        return self.agreed(rows) if rows else self.of_catalog()

    def of_notice(self, notice: Any) -> Columns:
        def own(name: str) -> tuple[bool, Any]:
            if name == "notice":
                return True, notice.id
            if name in ("kind", "text", "sent", "event_on"):
                return True, getattr(notice, name)
            if name == "days_before":
                both = notice.sent is not None and notice.event_on is not None
                return True, (notice.event_on - notice.sent).days if both else None
            if name == "months_since":
                return True, months_since(notice.sent, self.day)
            if name.startswith("shows_"):
                return True, name.removeprefix("shows_") in [spelled(one) for one in notice.shows]
            if name.startswith("values_"):
                wanted = name.removeprefix("values_")
                return True, next((value for key, value in notice.values.items() if spelled(key) == wanted), None)
            if name == "lists":
                return True, len(notice.lists)
            if name in ("lists_new", "lists_existing", "lists_price", "lists_new_price"):
                return True, self.lists(notice, name)
            return False, None

        return self.beside(own, notice.facts, self.of_customer(notice.customer))

    def lists(self, notice: Any, name: str) -> Any:
        """What a notice lists; nobody knows who may take an offer whose audience is not said."""
        if name == "lists_price":
            prices = [one.price for one in notice.lists]
            return None if not prices or None in prices else min(prices)
        if name == "lists_new_price":
            # The least for new customers, unless one that does not say for whom it is might be less.
            sure = [one.price for one in notice.lists if one.audience in ("new", "any")]
            least = None if not sure or None in sure else min(sure)
            others = [one.price for one in notice.lists if one.audience is None]
            return None if least is None or any(price is None or price < least for price in others) else least
        audience = name.removeprefix("lists_")
        said = [one.audience for one in notice.lists]
        if any(one in (audience, "any") for one in said):
            return True
        return None if None in said else False

    def of_record(self, record: Any) -> Columns:
        def own(name: str) -> tuple[bool, Any]:
            if name == "record":
                return True, record.id
            if name in ("kind", "subject", "party"):
                return True, getattr(record, name)
            if name == "dated":
                return True, record.date
            if name == "months_since":
                return True, months_since(record.date, self.day)
            return False, None

        about_product = not self.rows_named(record.subject) and record.subject in self.products
        others = self.of_product(record.subject) if about_product else self.of_customer(record.subject)
        return self.beside(own, record.facts, others)

    def of_line(self, line: Line) -> Columns:
        def own(name: str) -> tuple[bool, Any]:
            return name in LINE_COLUMNS, line.values.get(name)

        if line.notice is None:
            return self.beside(own, None, self.of_row(line.row))
        return self.beside(own, line.notice.facts, self.of_customer(line.notice.customer))

    def of_catalog(self) -> Columns:
        """For the firm: what the catalog says for everything in it."""

        def column(name: str) -> Any:
            own = self.of_all(name) if name in (*OF_CATALOG, "tax_included", "tax_rate") else None
            return self.fact(name, self.catalog.facts) if own is None and self.known(name) else own

        return column

    def of_product(self, product: str) -> Columns:
        """A product of the catalog; of one that only rows name, what they agree on."""
        found = self.products.get(product)
        if found is None:
            return self.agreed([row for row in self.inputs.book or () if row.product == product])

        def own(name: str) -> tuple[bool, Any]:
            return (
                (True, product)
                if name == "product"
                else (name == "product_type", found.type if name == "product_type" else None)
            )

        return self.beside(own, found.facts, self.of_catalog())


# -- lines -----------------------------------------------------------------------------------------------------------

LINE_COLUMNS = ("line", "name", "when_due", "party", "audience", "notice", "amount", "percent", "points")
LINE_COLUMNS += ("funded", "cash_equivalent")


class Line(NamedTuple):
    """A fee, add-on, incentive or part of a row, or an offer that a notice lists."""

    row: Any
    notice: Any
    values: dict[str, Any]

    @property
    def term(self) -> str:
        return ":".join(part for part in (self.values["line"], self.values["name"]) if part)


def lines_of(inputs: Any) -> Iterator[Line]:
    for row in inputs.book or ():
        for fee in row.fees or ():
            said = {"line": "fee", "name": fee.kind, "when_due": fee.when, "party": fee.party, "amount": fee.amount}
            yield Line(row, None, said)
        for addon in row.addons or ():
            said = {"line": "addon", "name": addon.id, "party": addon.party, "amount": addon.price}
            yield Line(row, None, said)
        for gift in row.incentives or ():
            said = {"line": "incentive", "name": gift.kind, "party": gift.party, "amount": gift.value}
            said |= {n: getattr(gift, n) for n in ("percent", "points", "funded", "cash_equivalent")}
            yield Line(row, None, said)
        for one in row.parts or ():
            yield Line(row, None, {"line": "part", "name": one.party, "party": one.party, "amount": one.amount})
    for notice in inputs.notices or ():
        for one in notice.lists:
            said = {"line": "listed", "name": one.product, "audience": one.audience, "amount": one.price}
            yield Line(None, notice, said | {"notice": notice.id})


# -- condition -------------------------------------------------------------------------------------------------------

WORSE = ("out-of-scope", "pass", "not-assessable")


def condition(on: Any) -> Iterator[RowComparison]:
    """One comparison per row of a table: true is the level, false passes, unknown is not assessable."""
    inputs, found = on.inputs, on.tables
    listed: list[tuple[Columns, dict[str, Any]]] = []
    if on.rule.table == "customers":
        listed = [(found.of_row(row), of_row(row)) for row in inputs.book or ()]
    elif on.rule.table == "notices":
        listed = [(found.of_notice(n), {"notice": n.id, **about(found, n.customer)}) for n in inputs.notices or ()]
    elif on.rule.table == "records":
        listed = [(found.of_record(r), {"record": r.id, **about(found, r.subject)}) for r in inputs.records or ()]
    elif on.rule.table == "lines":
        yield from lines(on)
    for columns, named in listed:
        yield told(on, columns, named)


def told(on: Any, columns: Columns, named: dict[str, Any]) -> RowComparison:
    barred = on.barred(columns)
    value = None if barred else on.trees[on.rule.condition].value(columns)
    return RowComparison(on.rule.id, *(barred or truth(on, value)), **named)


def lines(on: Any) -> Iterator[RowComparison]:
    """Lines of one row or notice that have one name are one comparison: the worst of them."""
    worst: dict[Any, RowComparison] = {}
    for line in lines_of(on.inputs):
        if line.notice is None:
            key, named = (id(line.row), line.term), of_row(line.row)
        else:
            named = {"notice": line.notice.id, **about(on.tables, line.notice.customer)}
            key = (line.notice.id, line.term)
        one = told(on, on.tables.of_line(line), {**named, "term": line.term})
        if key not in worst or rank(worst[key]) < rank(one):
            worst[key] = one
    yield from worst.values()


def rank(one: RowComparison) -> int:
    return WORSE.index(one.outcome) if one.outcome in WORSE else len(WORSE)


def of_row(row: Any) -> dict[str, Any]:
    return {"customer": row.customer, "product": row.product, "customers": row.count}


def about(found: Tables, subject: str | None) -> dict[str, Any]:
    """The product of the customer that a notice or record is about, if they have one only; or the product itself."""
    rows = found.rows_named(subject)
    if not rows and subject in found.products:
        return {"product": subject}
    products = {row.product for row in rows}
    return {"product": products.pop() if len(products) == 1 else None}


def truth(on: Any, failed: bool | None) -> tuple[str, str | None]:
    if failed is None:
        return "not-assessable", MISSING
    return (on.level() if failed else "pass"), None


# -- due -------------------------------------------------------------------------------------------------------------


def due(on: Any) -> Iterator[RowComparison]:
    """One comparison per subject: what is due is there and young enough, or did not come twice too soon."""
    for columns, named, subject, since in subjects(on):
        barred = on.barred(columns)
        failed = None if barred else is_due(on, subject, since)
        once = on.rule.due.every_months is None and on.rule.due.not_within_months is None
        if once and on.rule.due.for_ == "contract" and since is None and counting(on, subject):
            # What there is may be of a contract before this one.
            failed = None
        yield RowComparison(on.rule.id, *(barred or truth(on, failed)), term=on.rule.due.kind, **named)


def subjects(on: Any) -> Iterator[tuple[Columns, dict[str, Any], str | None, date | None]]:
    """Columns for the scope, names, the id that records say, and the day before which nothing counts."""
    inputs, what, found = on.inputs, on.rule.due.for_, on.tables
    if what == "firm":
        yield found.of_catalog(), {}, None, None
    elif what in ("customer", "contract"):
        for row in inputs.book or ():
            since = part(row.contract, "made") if what == "contract" else None
            yield found.of_row(row), of_row(row), row.customer, since
    elif what == "product":
        ids = [product.id for product in on.catalog.products]
        ids += [row.product for row in inputs.book or () if row.product is not None]
        for product in dict.fromkeys(ids):
            yield found.of_product(product), {"product": product}, product, None


def counting(on: Any, subject: str | None, since: date | None = None) -> list[date | None]:
    """The days of all that is there of the kind, up to the judged day; None: one without a day."""
    want = on.rule.due
    days = [r.date for r in on.inputs.records or () if r.kind == want.kind and r.subject == subject]
    if what_is_customer(want) or subject is None:
        # A notice that names nobody was sent to everybody.
        days += [n.sent for n in on.inputs.notices or () if n.kind == want.kind and n.customer in (subject, None)]
    return [day for day in days if day is None or (day <= on.day and (since is None or day >= since))]


def is_due(on: Any, subject: str | None, since: date | None) -> bool | None:
    """Whether it is missing, too old, or came twice too soon; None where a day that decides is not known."""
    want, days = on.rule.due, counting(on, subject, since)
    dated = sorted(day for day in days if day is not None)
    undated = len(dated) < len(days)
    if want.not_within_months is not None:
        soon = any(b < months_later(a, want.not_within_months) for a, b in pairwise(dated))
        return True if soon else None if undated and len(days) > 1 else False
    if dated and (want.every_months is None or months_later(dated[-1], want.every_months) >= on.day):
        return False
    return None if undated else True


def what_is_customer(want: Any) -> bool:
    return want.for_ in ("customer", "contract")
