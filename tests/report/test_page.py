"""The page to sign: how large it is, that its colours can be told, and that every number in it is the result's."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import time
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fairoffer import report
from fairoffer.model.inputs import load_inputs
from fairoffer.model.result import STATES, Assumption, Base, Finding, Months, Result, Rule, Series, Stand
from fairoffer.report import causes, where
from fairoffer.report.view import build
from fairoffer.verdict import judge
from tests.drawing import DAY
from tests.report import every, large, on_rows

DEMOS = ("broadband", "fair", "home-insurance", "savings", "spreadsheet", "worked-through")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")


def page(result: Result) -> str:
    html = report.render(result, "html")
    assert isinstance(html, str)
    return html


class Text(HTMLParser):
    """What a reader sees, and what stands in a script; the numbers of an axis are no data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.seen: list[str] = []
        self.scripts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.inside = [tag]
        elif tag == "text" and any(name == "class" and (value or "").startswith("tick") for name, value in attrs):
            self.inside = ["axis"]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "text"):
            self.inside = []

    def handle_data(self, data: str) -> None:
        if self.inside == ["script"]:
            self.scripts.append(data)
        elif not self.inside:
            self.seen.append(data)


@pytest.fixture(scope="module")
def demos(root: Path) -> dict[str, Result]:
    return {name: judge(load_inputs(root / "fixtures" / name), DAY) for name in DEMOS}


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_is_light(demos: dict[str, Result], name: str) -> None:
    assert len(page(demos[name]).encode()) <= 200_000


def test_ten_thousand_findings_stay_small_and_quick(big: Result) -> None:
    started = time.perf_counter()
    html = page(big)
    assert time.perf_counter() - started < 10
    assert len(html.encode()) <= 500_000
    assert html.count('<details class="cause"') == causes.SHOWN == 300
    assert html.count('<th scope="row">fibre-') <= where.PRODUCTS + 10 * 9 + where.BARS


def test_findings_of_causes_beyond_the_shown_are_in_the_block(big: Result) -> None:
    rows = block(page(big))
    assert len(rows["Rank"]) == 10_000
    assert {int(number) for number in rows["Cause"]} == set(range(1, 901))


@pytest.mark.slow
def test_a_hundred_thousand_findings_embed_the_worst_and_say_so() -> None:
    result = large.big(100_000, causes=5_000)
    html = page(result)
    assert len(html.encode()) <= 1_500_000
    assert "The 20,000 worst are in this page." in html
    assert "hold every one" in html
    rows = block(html)
    assert sorted(map(int, rows["Rank"])) == list(range(1, 20_001))
    csv = report.render(result, "csv")
    assert isinstance(csv, str)
    assert csv.count("\n") == 100_001


def test_a_large_change_stays_small_too(big: Result) -> None:
    states = [
        ("worsened", True),
        ("introduced", False),
        ("now-visible", False),
        ("improved", False),
        ("unchanged", False),
    ]
    found = [
        one.model_copy(update={"state": states[number % 5][0], "fails": states[number % 5][1]})
        for number, one in enumerate(big.findings)
    ]
    counts = dict.fromkeys(STATES, 0) | {state: 2_000 for state, _ in states}
    base = Base(against="origin/main", kind="revision", states=counts, failing=2_000)
    html = page(big.model_copy(update={"findings": found, "base": base}))
    assert len(html.encode()) < 700_000
    assert html.count("The 40 worst are here; the CSV has all 2,000.") == 5


def block(html: str) -> dict[str, list[str]]:
    """The embedded rows by column."""
    packed = re.search(r'id="block">([^<]*)<', html)
    assert packed is not None
    columns = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    return {head: [str(values[code]) for code in codes] if codes else values for head, values, codes in columns}


def test_the_block_says_what_the_findings_say(big: Result) -> None:
    rows = block(page(big))
    by_rank = sorted(zip(*rows.values(), strict=True), key=lambda row: int(row[0]))
    shown = build(big).findings
    assert list(rows)[1:] == [
        "Cause", "Level", "State", "Product", "Subject", "Place", "Tenure", "Rule", "Term", "Existing", "Comparator",
        "Gap", "Customers", "A year",
    ]  # fmt: skip
    assert [line[1:] for line in by_rank] == [
        (str(row.cause), row.level, row.state, row.product, row.segment, row.place, row.tenure, row.rule, row.term,
         row.existing, row.comparator, row.gap, row.customers, row.money)
        for row in shown
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["small", "fair"])
def test_the_policy_of_the_page_names_its_own_style_and_script(
    small: Result, demos: dict[str, Result], name: str
) -> None:
    html = page(small if name == "small" else demos["fair"])
    named = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert named is not None
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    assert f"style-src &#39;sha256-{digest(style[1])}&#39;" in named[1]
    scripts = [text for text in Text(html).scripts if text.strip()]
    if name == "fair":
        assert scripts == []
        assert "script-src &#39;none&#39;" in named[1]
    else:
        assert [f"script-src &#39;sha256-{digest(text)}&#39;" in named[1] for text in scripts] == [True]
    assert "default-src &#39;none&#39;" in named[1]


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_up_to_five_hundred_every_finding_stands_in_the_page(big: Result) -> None:
    five = big.model_copy(update={"findings": big.findings[: causes.PLAIN]})
    html = page(five)
    assert all(f">{one.id}<" in html for one in five.findings)
    assert 'id="block"' not in html


# ---- numbers


def of_json(value: object) -> set[str]:
    """Every number in a result, wherever it stands, as plain digits."""
    if isinstance(value, bool) or value is None:
        return set()
    if isinstance(value, dict):
        return set().union(*(of_json(key) | of_json(item) for key, item in value.items()), set())
    if isinstance(value, list):
        return set().union(*map(of_json, value), set())
    return {plain(one) for one in NUMBER.findall(str(value))} | {plain(one) for one in re.findall(r"\d+", str(value))}


def plain(text: str) -> str:
    """1,200.50 as 1200.5, so that the same number is the same text."""
    return f"{Decimal(text.replace(',', '')).normalize():f}"


def counted(result: Result) -> set[str]:
    """Numbers that are counts of what the result lists, or sums that a reader can make from it; by plain loops."""
    found = set(range(len({one.cause or one.id for one in result.findings}) + 1))
    groups: dict[str, list[Finding]] = {}
    for one in result.findings:
        groups.setdefault(one.cause or one.id, []).append(one)
    for own in [*groups.values(), result.findings]:
        found |= {len(own), max(0, len(own) - causes.ROWS[0]), sum(one.fails for one in own)}
        for level in ("breach", "commitment", "house", "review", "shadow"):
            found.add(sum(one.level == level and one.state != "waived" and one.waiver is None for one in own))
        found |= {sum(one.state == state for one in own) for state in {one.state for one in own}}
        found.add(sum(one.waiver is not None for one in own))
    sums: set[Decimal] = {Decimal(number) for number in found}
    for own in groups.values():
        own = [one for one in own if one.fails] or own
        sums |= set(summed(own))
    outcomes = list(zip(result.comparisons.rule, result.comparisons.product, result.comparisons.reason, strict=True))
    sums |= {Decimal(outcomes.count(one)) for one in outcomes}
    sums |= {Decimal(result.comparisons.product.count(one)) for one in result.comparisons.product}
    ledgers = [result.ledger, *(one.ledger for one in result.policies), *result.ledger.rules]
    for ledger in ledgers:
        blind = sum(ledger.not_assessable.values())
        sums |= {Decimal(n) for n in (blind, ledger.all - ledger.out_of_scope, ledger.pass_ + ledger.failed)}
    reasons = [reason for reason in result.comparisons.reason if reason]
    sums |= {Decimal(reasons.count(one)) for one in reasons}
    blind_products = [p for p, o in zip(result.comparisons.product, result.comparisons.outcome, strict=True)
                      if o == "not-assessable"]  # fmt: skip
    sums |= {Decimal(blind_products.count(one)) for one in blind_products}
    offers = result.ledger.offers
    sums |= {Decimal(sum(offers.values())), Decimal(sum(offers.values()) - offers.get("used", 0))}
    sums |= {Decimal(len(result.assumptions)), Decimal(max(0, len(result.assumptions) - 3))}
    if result.base is not None:
        sums |= {Decimal(number) for number in range(len(result.base.others) + len(result.findings) + 1)}
    shares = [result.ledger.customers_compared_share]
    for rule in result.ledger.rules:
        shares += [rule.coverage_comparisons, rule.coverage_customers]
        shares += [rule.required_comparisons, rule.required_customers]
    shares += [side.value for one in result.findings if one.unit == "share" for side in (one.existing, one.comparator)
               if side is not None]  # fmt: skip
    shares += [one.gap for one in result.findings if one.unit == "share"]
    sums |= {Decimal(share) * 100 for share in shares if share is not None}
    return {plain(f"{abs(number):f}") for number in sums}


def summed(own: list[Finding]) -> list[Decimal]:
    """Money and customers of a cause: each subject once, at its most; parts of a segment that is there left out."""
    names = {one.segment for one in own}
    own = [one for one in own if one.within is None or one.within not in names]
    keys = {(one.product, one.segment, one.customer, one.notice, one.record, one.offer) for one in own}
    money, people, coming = Decimal(0), Decimal(0), Decimal(0)
    for key in keys:
        mine = [o for o in own if (o.product, o.segment, o.customer, o.notice, o.record, o.offer) == key]
        money += max((Decimal(one.gap_per_year) for one in mine if one.gap_per_year is not None), default=Decimal(0))
        people += max((one.customers or 0 for one in mine), default=0)
        coming += max((one.customers_coming or 0 for one in mine), default=0)
    return [money, people, coming]


def unknown_numbers(result: Result) -> list[str]:
    """Numbers on the page that neither stand in the result nor can be counted from it."""
    html = page(result)
    template = (Path(report.__file__).parent / "templates" / "report.html.j2").read_text(encoding="utf-8")
    fixed = {plain(one) for one in NUMBER.findall(" ".join(Text(template).seen))}  # of the page's own words: SHA-256
    fixed |= {"1", "11", "12", "23", "24", "59", "60"}  # the tenure bands
    known = of_json(json.loads(result.to_json())) | counted(result) | fixed
    return [one for text in Text(html).seen for one in NUMBER.findall(text) if plain(one) not in known]


@pytest.mark.parametrize("name", DEMOS)
def test_every_number_of_a_demo_is_the_results(demos: dict[str, Result], name: str) -> None:
    assert unknown_numbers(demos[name]) == []


def test_every_number_of_small_pages_is_the_results(small: Result) -> None:
    for result in (small, on_rows.rows(), every.change()):
        assert unknown_numbers(result) == []


def test_a_wrong_number_would_be_seen(small: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairoffer.report.words.grouped", lambda value: "98,765.43")
    assert unknown_numbers(small)


# ---- colours


TEXTS = {
    "bg": ("fg", "dim", "stranger", "bad", "good", "doubt"),
    "panel": ("fg", "dim", "stranger"),
    "s1": ("fg",),
    "s2": ("fg",),
    "s3": ("fg",),
}
MARKS = ("stranger", "stayed", "best", "dim", "line", "bad", "good", "doubt")


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_is_legible(root: Path, scheme: int) -> None:
    css = (root / "fairoffer/report/templates/report.css").read_text(encoding="utf-8")
    tokens = {name: pair for name, *pair in re.findall(r"--([\w-]+):light-dark\((#\w+),(#\w+)\)", css)}
    used = set(re.findall(r"var\(--([\w-]+)\)", css))
    assert used <= set(tokens), "a colour that is not a token"
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", css)) <= {one for pair in tokens.values() for one in pair}
    assert used <= {*TEXTS, *MARKS, "fg", "soft"}, "a token that nothing here measures"
    for ground, texts in TEXTS.items():
        for text in texts:
            assert _contrast(tokens[text][scheme], tokens[ground][scheme]) >= 4.5, (text, ground)
    for mark in MARKS:
        assert _contrast(tokens[mark][scheme], tokens["bg"][scheme]) >= 3, mark
    assert _contrast(tokens["line"][scheme], tokens["panel"][scheme]) >= 3


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(letter * 2 for letter in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ---- what it says first


def answer(result: Result, question: str) -> str:
    return " ".join(dict(build(result).screen).get(question, ()))


def test_the_first_minute(demos: dict[str, Result]) -> None:
    first = demos["worked-through"]
    assert answer(first, "May I sign this?").startswith("No.")
    assert "12 findings" in answer(first, "Why not?")
    assert "12,000 customers" in answer(first, "Who is hurt most?")
    assert "someone who joins today pays GBP 273.21" in answer(first, "Who is hurt most?")
    assert "GBP 2,625,520" in answer(first, "What mends it?")
    assert "out of scope" in answer(first, "What was not looked at?")
    assert "one offer, its later months against its first" in answer(first, "Who is hurt most?")
    assert "Rule best-offer/by-default: our own policy" in answer(first, "By which rule?")
    assert "No: it is our own policy" in answer(first, "Is it law?")
    assert "No law was checked. Policies for UK" in answer(first, "Is it law?")
    assert answer(demos["fair"], "Why?")
    assert not answer(demos["fair"], "Who is hurt most?")


def test_without_numbers_of_customers_the_largest_gap_a_year_comes_first(small: Result) -> None:
    def one(name: str, term: str, gap: str) -> Finding:
        update = {"id": f"fo1_{name}", "cause": f"fc1_{name}", "segment": name, "term": term, "gap": gap,
                  "customers": None, "customers_coming": None, "gap_per_year": None, "gap_percent": "1.0"}  # fmt: skip
        return small.findings[0].model_copy(update=update)

    found = [one("a", "total_cost@12", "10.00"), one("b", "total_cost@24", "50.00"), one("c", "total_cost@12", "24.00")]
    view = build(small.model_copy(update={"findings": found}))
    assert [cause.worst.segment for cause in view.causes] == ["b", "c", "a"]
    assert "Segment b" in answer(small.model_copy(update={"findings": found}), "Who is hurt most?")


def test_which_offers_and_who_loses_most_each(demos: dict[str, Result]) -> None:
    said = answer(demos["home-insurance"], "Who is hurt most?")
    assert "(catalog.yaml:50) against Home Plus first year, house (catalog.yaml:40)." in said
    assert "Most for one customer: home-classic, classic-flat" in said
    assert "Most for one customer" not in answer(demos["worked-through"], "Who is hurt most?")


@pytest.mark.parametrize(
    ("status", "read", "law", "source"),
    [
        ("law", "primary", "states it as law", "(source read first hand)"),
        ("licence", "secondary", "a condition of a licence", "(source read at second hand)"),
        ("commitment", "unverified", "No: it is a public promise", "(source not verified)"),
        ("house", None, "No: it is our own policy", "(not said how the source was read)"),
    ],
)
def test_the_rule_says_whether_it_is_law(small: Result, status: str, read: str | None, law: str, source: str) -> None:
    cited = small.findings[0].source.model_copy(update={"read": read})
    found = [one.model_copy(update={"source": cited}) for one in small.findings]
    own = [one.model_copy(update={"status": status}) for one in small.policies]
    result = small.model_copy(update={"findings": found, "policies": own})
    assert law in answer(result, "Is it law?")
    assert source in answer(result, "By which rule?")
    assert ("No law was checked" in answer(result, "Is it law?")) == (status in ("commitment", "house"))


def test_what_was_not_looked_at_leaves_nothing_out(demos: dict[str, Result]) -> None:
    question = "What was not looked at?"
    seen = answer(demos["savings"], question)
    assert "4 rules found nothing to compare: same-terms, same-incentives, no-need-to-ask, every-tier." in seen
    assert "No law was checked: no policy that states law for IE was run." in seen
    assert "1 rule had nothing in scope: same-terms." in answer(demos["worked-through"], question)
    assert "1 waiver has expired, and accepts nothing: waivers.yaml:27." in answer(demos["broadband"], question)
    assert "the table that the rule reads" not in answer(on_rows.rows(), question)


@pytest.mark.parametrize(
    ("table", "check", "said"),
    [
        ("notices", "condition", "the notices"),
        ("records", "condition", "the records"),
        (None, "condition", "the book of customers"),
        (None, "due", "the records or the notices"),
        (None, "default-gap", "segments or the book of customers"),
    ],
)
def test_a_table_that_was_not_given_is_named(table: str | None, check: str, said: str) -> None:
    result = on_rows.rows()
    read = {"rules": [{"id": "logged", "check": check} | ({"table": table} if table else {})]}
    own = [one.model_copy(update={"as_read": read}) for one in result.policies]
    rule = Rule(id="logged", policy=own[0].id, check=check)
    found = answer(result.model_copy(update={"policies": own, "rules": [rule]}), "What was not looked at?")
    assert f"1: not given: {said}, which logged reads" in found


@pytest.mark.parametrize("number", [1, 3, 4, 6, 7, 9])
def test_never_only_one_or_two_are_left_out(small: Result, number: int) -> None:
    assumed = [Assumption(id=f"a{index}", says=f"Taken {index}", comparisons=1) for index in range(number)]
    reasons = [f"Reason {index}" for index in range(number)]
    result = small.model_copy(update={"assumptions": assumed, "reasons": reasons})
    taken, why = answer(result, "What is taken for granted?"), answer(result, "Why not?")
    shown = number if number <= 6 else 3
    assert (taken.count("Taken"), why.count("Reason ")) == (shown, shown)
    assert ("more assumptions, in" in taken) == ("more reasons, in" in why) == (number > 6)


def test_customers_and_comparisons_each_have_their_number(demos: dict[str, Result]) -> None:
    tile = build(demos["broadband"]).numbers[-1]
    assert (tile.label, tile.value, tile.notes) == (
        "What was compared",
        "98.96% of customers",
        ("and 128 of 133 comparisons in scope",),
    )


def test_a_remedy_says_how_much_of_its_cause_it_is_costed_for(demos: dict[str, Result]) -> None:
    said = "This is costed for 21,000 of the cause's 33,400 customers; the whole cause: GBP 5,644,600 a year."
    assert said in answer(demos["broadband"], "What mends it?")
    assert said.replace("'", "&#39;") in page(demos["broadband"])
    assert "This is costed for" not in answer(demos["home-insurance"], "What mends it?")


def test_the_example_of_a_check_is_called_one(demos: dict[str, Result]) -> None:
    rules = build(demos["worked-through"]).rules
    for rule in rules:
        (said,) = dict(rule.details)["What it measures"]
        assert said.startswith("for example (made up, not of this catalog): ")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("1. short", "1. short"),
        ("1. fibre-100-out-of-contract, by default", "1. fibre-100-out-of … by default"),
        ("10. home-plus-new-house-renewed-twice, at best", "10. home-plus-new-house … at best"),
        ("1. " + "a" * 60, "1. " + "a" * 17 + " … " + "a" * 13),
    ],
)
def test_labels_are_cut_between_words(name: str, label: str) -> None:
    assert where.elided(name) == label
    assert len(label) <= 36


def test_the_chart_is_sorted_by_the_numbers_that_it_shows(demos: dict[str, Result]) -> None:
    for name in ("broadband", "savings"):
        chart = build(demos[name]).chart
        assert chart is not None
        money = [Decimal(re.sub(r"[^0-9.]", "", bar.money)) for bar in chart.bars if bar.money != "–"]
        assert money == sorted(money, reverse=True)
        assert all(bar.name in page(demos[name]) for bar in chart.bars)


def test_what_a_policy_allows_is_said_in_words(demos: dict[str, Result]) -> None:
    assert "it allows" not in page(demos["worked-through"])
    assert "under best-offer; that policy allows none." in answer(demos["worked-through"], "Why not?")


def test_an_upper_bound_says_why(small: Result) -> None:
    def note(result: Result) -> str:
        return " ".join(build(result).numbers[0].notes)

    assert "only a part is worse off" in note(small)
    whole = [one.model_copy(update={"cells": "all"}) for one in small.findings]
    assert "still in its deal" in note(small.model_copy(update={"findings": whole}))


def test_money_that_no_rule_asks_for_is_not_nothing(small: Result) -> None:
    rules = [one for one in small.rules if one.check != "reach-gap"]
    lines = [one for one in small.ledger.rules if one.check != "reach-gap"]
    ledger = small.ledger.model_copy(update={"rules": lines})
    values = {
        one.label: one.value for one in build(small.model_copy(update={"rules": rules, "ledger": ledger})).numbers
    }
    assert values["Money a year, unavoidable"] == "not asked"
    assert values["Money a year, by default"] == "GBP 3,192,179.33"


# ---- price by tenure


def walked(points: int = 2, products: int = 1) -> list[Series]:
    return [
        Series(
            policy="p",
            rule=check,
            check=check,
            product=f"product-{number}",
            term="total_cost@12",
            unit="GBP",
            points=[
                Stand(
                    segment=f"s{at}",
                    tenure_months=Months(from_=1 + 12 * at, to=None if at == points - 1 else 12 + 12 * at),
                    existing=f"{100 + number + at}.00",
                    comparator="90.00",
                    outcome="house",
                    customers=None,
                )
                for at in range(points)
            ],
        )
        for number in range(products)
        for check in ("default-gap", "reach-gap")
    ]


def test_a_walk_has_its_numbers_in_a_table(small: Result) -> None:
    walks = build(small.model_copy(update={"series": walked()})).walks
    assert walks is not None
    assert walks.shown[0].rows == (
        ("s0", "1 to 12 months", "unknown", "100.00", "100.00", "90.00"),
        ("s1", "13 months and more", "unknown", "101.00", "101.00", "90.00"),
    )
    assert "2 of 2 segments get less" in walks.shown[0].describes
    places = [float(x) for line in walks.shown[0].lines for x in (line.x, line.end)]
    assert min(places) >= 90
    assert max(places) == 880


def test_many_walks_are_cut_and_counted(small: Result) -> None:
    walks = build(small.model_copy(update={"series": walked(points=20, products=9)})).walks
    assert walks is not None
    assert (len(walks.shown), walks.left_out) == (6, 3)
    assert walks.shown[0].title == "product-8"
    assert (len(walks.shown[0].rows), walks.shown[0].left_out) == (12, 8)
