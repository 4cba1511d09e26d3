"""Files of every kind: what is a plan, what is a fault at a place, and what is never a traceback."""

from __future__ import annotations

import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.errors import InputError, OutputError, UsageError
from fairoffer.imports.cdr_energy import import_plans
from fairoffer.imports.cdr_energy.offers import Memory, Usage, read_offer
from fairoffer.imports.writer import write_lines
from fairoffer.model.catalog import Offer, Product
from tests.imports.payloads import DAY, flat, parsed, plan, read


def load(path: Path, content: bytes) -> list[Any]:
    path.write_bytes(content)
    return parsed(import_plans([path], DAY))[2]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(plan("A")).encode(),
        json.dumps({"data": plan("A"), "meta": {}}).encode(),
        json.dumps({"data": plan("A")}, indent=4).encode(),
        json.dumps([{"data": plan("A")}]).encode(),
        b"\n" + json.dumps({"data": plan("A")}).encode() + b"\r\n\n",
        gzip.compress(json.dumps({"data": plan("A")}).encode()),
    ],
)
def test_a_plan_in_every_wrapping(tmp_path: Path, content: bytes) -> None:
    (found,) = load(tmp_path / "plans", content)
    assert found["id"] == "A"


@pytest.mark.parametrize(
    "content, place, message",
    [
        (b"", "", "holds no plan: the file is empty"),
        (b"{", ":1:2", "is not JSON"),
        (b'{"planId": "A",\n "fuelType": }', ":2:14", "is not JSON"),
        (json.dumps(plan()).encode() + b"\n{]\n", ":2:2", "is not JSON"),
        (json.dumps(plan()).encode() + b'\n{"planId": "\xff"}\n', ":2:", "is not UTF-8"),
        (b'{"planId": NaN}', ":1:1", "NaN is not a number"),
        (b"[" * 100_000, ":1:", "is not JSON"),
        (b'{"planId": "A"}', ":1:1", "fuelType missing"),
        (b'{"data": {"plans": []}}', ":1:1", "list of plans without their details"),
        (b'{"errors": [{"code": "x"}]}', ":1:1", "error message"),
        (b"[1, null]", ":1:1", "must be an energy plan, not a single value"),
        (b'"plan"', ":1:1", "must be an energy plan, not a single value"),
    ],
)
def test_faults_are_problems_with_a_place(tmp_path: Path, content: bytes, place: str, message: str) -> None:
    path = tmp_path / "plans.json"
    with pytest.raises(InputError) as fault:
        load(path, content)
    first = str(fault.value).splitlines()[0]
    assert first.startswith(f"{path}{place}")
    assert message in str(fault.value)


def test_all_faults_of_all_files_are_found_together(tmp_path: Path) -> None:
    first, second = tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    first.write_text(json.dumps(plan()) + "\nnope\n[3]\n")
    second.write_text("7\n")
    with pytest.raises(InputError) as fault:
        import_plans([first, second], DAY)
    assert [line.split(": ")[0] for line in str(fault.value).splitlines()] == [
        f"{first}:2:1", f"{first}:3:1", f"{second}:1:1",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [gzip.compress(b"{}" * 999)[:-20], b"\x1f\x8b\x08nonsense"])
def test_a_broken_archive_is_a_fault_of_the_file(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"cannot be read|is not"):
        load(tmp_path / "plans.gz", content)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            import_plans([path], DAY)


@pytest.mark.parametrize("usage", ["0", "-1", "NaN", "Infinity"])
def test_a_usage_must_be_something(tmp_path: Path, usage: str) -> None:
    with pytest.raises(UsageError, match="more than 0"):
        import_plans([tmp_path], DAY, usage_kwh=Decimal(usage))


def test_copies_of_a_plan_are_one_offer_the_newest(tmp_path: Path) -> None:
    older = plan("A", lastUpdated="2022-07-01T00:00:00Z", tariffPeriod=[flat("25")])
    _, _, offers, summary = read(tmp_path, plan("A"), older, plan("A"))
    (only,) = offers
    assert only["price"][0]["amount"] == "1721.50"
    assert summary.plans == 3
    assert summary.notes["identical copies of a plan, left out"] == 1
    assert summary.notes["older copies of a plan, left out"] == 1


def test_one_id_of_two_retailers_is_two_offers(tmp_path: Path) -> None:
    _, _, offers, summary = read(tmp_path, plan("A"), plan("A", brandName="Other Power"))
    assert [entry["id"] for entry in offers] == ["A", "A~other-power"]
    assert summary.notes["plan ids shared by two retailers, told apart"] == 1


def test_a_later_version_ends_the_earlier(tmp_path: Path) -> None:
    newer = plan("ACM000001MRE2@EME", effectiveFrom="2023-08-01T00:00:00Z")
    _, _, offers, summary = read(tmp_path, plan("ACM000001MRE1@EME"), newer)
    assert offers[0]["valid"] == {"from": "2023-07-01", "to": "2023-07-31"}
    assert summary.notes["plans that a later version of the same plan ends"] == 1


def test_a_later_standing_offer_ends_the_earlier_but_market_offers_stay(tmp_path: Path) -> None:
    def pair(kind: str) -> list[Any]:
        later = plan("B", type=kind, effectiveFrom="2023-08-01T00:00:00Z", tariffPeriod=[flat("40")])
        return read(tmp_path, plan("A", type=kind), later)[2]

    assert pair("STANDING")[0]["valid"]["to"] == "2023-07-31"
    assert "to" not in pair("MARKET")[0]["valid"]


def test_ids_are_words_of_at_most_200_characters(tmp_path: Path) -> None:
    strange = ["a b\tc", "x" * 500, "\u202e\u0000", "é"]
    offers = read(tmp_path, *(plan(name) for name in strange))[2]
    assert len(offers) == 4
    for entry in offers:
        Offer.model_validate(entry)


def test_the_order_of_files_and_plans_does_not_matter(tmp_path: Path) -> None:
    plans = [plan(f"P{number}", tariffPeriod=[flat(str(30 + number))]) for number in range(5)]
    assert read(tmp_path, *plans)[:3] == read(tmp_path, *reversed(plans))[:3]


JUNK = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.sampled_from(["30", "-5", "1e9", "P1D", "07-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["rates", "unitPrice", "volume", "type", "amount", "days", "timeOfUse", "singleRate", "term"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
KEYS = [
    "tariffPeriod", "controlledLoad", "eligibility", "fees", "discounts", "incentives", "geography",
    "solarFeedInTariff", "meterTypes", "displayName", "brandName", "customerType", "effectiveFrom", "effectiveTo",
    "terms", "pricingModel", "electricityContract", "gasContract", "type", "lastUpdated",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), JUNK, max_size=5), st.data())
def test_whatever_stands_in_a_plan_an_offer_comes_out(changes: dict[str, Any], data: st.DataObject) -> None:
    contract = changes.pop("electricityContract", None)
    broken = plan(**changes)
    if contract is not None:
        broken["electricityContract"] = contract
    if isinstance(broken["electricityContract"], dict):
        period = broken["electricityContract"].get("tariffPeriod")
        if isinstance(period, list) and period and isinstance(period[0], dict):
            period[0][data.draw(st.sampled_from(["singleRate", "timeOfUseRates", "startDate", "demandCharges"]))] = (
                data.draw(JUNK)
            )
    from fractions import Fraction

    draft = read_offer(broken, Usage(Fraction(4000), Fraction(30000)), DAY, Memory())
    draft.offer["product"] = "p"
    Offer.model_validate(draft.offer)


@given(st.text(min_size=1, max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_whatever_the_names_say_ids_are_words(brand: str, network: str, model: str) -> None:
    import tempfile

    strange = plan("A", brandName=brand, geography={"distributors": [network]}, pricingModel=model)
    with tempfile.TemporaryDirectory() as folder:
        for product in read(Path(folder), strange)[1].values():
            Product.model_validate(product)


def test_the_writer_is_atomic_and_repeatable(tmp_path: Path) -> None:
    first, second = tmp_path / "a.ndjson.gz", tmp_path / "b.ndjson.gz"
    assert write_lines(first, ["{}", '{"é": 1}']) == 2
    write_lines(second, iter(["{}", '{"é": 1}']))
    assert first.read_bytes() == second.read_bytes()
    assert gzip.decompress(first.read_bytes()).decode() == '{}\n{"é": 1}\n'
    plain = tmp_path / "c.ndjson"
    write_lines(plain, ["{}"])
    assert plain.read_text() == "{}\n"

    def stops() -> Any:
        yield "{}"
        raise InputError([])

    with pytest.raises(InputError):
        write_lines(first, stops())
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ndjson.gz", "b.ndjson.gz", "c.ndjson"]


def test_the_writer_says_what_it_cannot_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.ndjson"):
        write_lines(tmp_path / "catalog.yaml", [])
    with pytest.raises(OutputError, match="cannot be written"):
        write_lines(tmp_path / "nowhere" / "catalog.ndjson", [])


@pytest.mark.real
def test_published_plans(real_data: Path) -> None:
    """The archive: every plan is read, every line is a part of the model, and it takes no more than 8 plain parses."""
    import time

    source = real_data / "cdr-energy" / "plans_2023-08-11.ndjson.gz"
    began = time.process_time()
    with gzip.open(source) as file:
        count = sum(bool(json.loads(line)) for line in file)
    parse = time.process_time() - began
    began = time.process_time()
    lines = import_plans([source], date(2023, 8, 11))
    offers = 0
    for number, line in enumerate(lines):
        entry = json.loads(line)
        if number % 50 == 1:
            part = entry.get("offer")
            _ = Offer.model_validate(part) if part else Product.model_validate(entry["product"])
        offers += "offer" in entry
    taken = time.process_time() - began
    print(f"{lines.summary.facts()}; {taken / parse:.1f} x the time of json.loads")  # noqa: T201
    assert lines.summary.plans == count == 42837
    assert lines.summary.offers == offers > 34000
    assert taken < 8 * parse


@pytest.mark.real
def test_samples_of_2026(real_data: Path) -> None:
    samples = sorted((real_data / "cdr-energy" / "sample_plans_2026_v3").glob("*.json"))
    _, products, offers, summary = parsed(import_plans(samples, date(2026, 11, 21)))
    assert len(offers) == len(products) == len(samples) == 3
    assert summary.notes["contracts in dollars"] == 3
    assert all("price" in entry for entry in offers)
