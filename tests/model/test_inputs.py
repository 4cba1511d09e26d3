"""Audit directories: what is read, where it says it stands, and that each way in means the same."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairoffer.errors import FairofferError, InputError, PolicyError, UsageError
from fairoffer.model.base import Range
from fairoffer.model.inputs import Inputs, find_fixture, find_policy, load_inputs, load_policy, shipped_policies

CATALOG = """\
fairoffer: catalog/1
id: demo
currency: GBP
attributes:
  region: {values: [north, south]}
  age: {type: integer, from: 18, to: 120}
  staff: {type: boolean}
products:
  - {id: fibre, type: broadband}
"""
OFFERS = """\
offers:
  - id: welcome
    product: fibre
    audience: new
    eligibility: {region: [north, south], age: {from: 18}, staff: "true"}
    price: [{months: 18, amount: "24.99"}, {amount: "41.00"}]
    incentives: [{kind: card, value: "50.00", cash_equivalent: true}]
    contract: {months: 18}
  - {id: standard, product: fibre, price: [{amount: "41.00"}]}
"""
SEGMENTS = """\
fairoffer: segments/1
segments:
  - {id: old, holds: welcome, tenure_months: {from: 60}, where: {region: north, age: 70}, customers: 10}
  - {id: rest, holds: standard, tenure_months: {to: 59}}
"""
HEADER_LINE = {
    "fairoffer": "catalog/1",
    "id": "demo",
    "currency": "GBP",
    "attributes": {
        "region": {"values": ["north", "south"]},
        "age": {"type": "integer", "from": 18, "to": 120},
        "staff": {"type": "boolean"},
    },
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files, given as path and text, into a new audit directory."""

    def write_all(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path

    return write_all


def refused(path: Path, policies: tuple[str, ...] = (), kind: type[FairofferError] = InputError) -> str:
    with pytest.raises(kind) as caught:
        load_inputs(path, policies)
    return str(caught.value)


def test_a_directory_is_read_whole(write: Write) -> None:
    inputs = load_inputs(write(catalog_yaml=CATALOG + OFFERS, segments_yaml=SEGMENTS))
    welcome, standard = inputs.catalog.offers
    assert welcome.eligibility.attributes == {"region": ("north", "south"), "age": Range(from_=18), "staff": ("true",)}
    assert [(phase.months, phase.amount, phase.per) for phase in welcome.price] == [
        (18, Decimal("24.99"), "month"),
        (None, Decimal("41.00"), "month"),
    ]
    assert (standard.audience, standard.basis.from_, welcome.basis.from_) == ("any", "not-stated", "declared")
    assert inputs.segments is not None
    old, rest = inputs.segments
    assert old.where == {"region": ("north",), "age": Range(from_=70, to=70)}
    assert (rest.tenure.from_, rest.tenure.to) == (1, 59)
    assert [policy.id for policy in inputs.policies] == ["best-offer"]
    assert inputs.at["offer", "welcome"] == "catalog.yaml:11"
    assert inputs.at["segment", "rest"] == "segments.yaml:4"
    assert inputs.at["rule", "best-offer/by-default"] == "policies/best-offer.yaml:8"
    assert [(file.path, file.kind, file.rows) for file in inputs.files] == [
        ("catalog.yaml", "catalog", 2),
        ("segments.yaml", "segments", 2),
        ("policies/best-offer.yaml", "policy", 9),
    ]
    assert inputs.warnings == ()


def as_lines(inputs: Inputs) -> str:
    rows: list[dict[str, Any]] = [HEADER_LINE]
    for kind, parts in (("product", inputs.catalog.products), ("offer", inputs.catalog.offers)):
        rows.extend({kind: part.model_dump(mode="json", by_alias=True, exclude_unset=True)} for part in parts)
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_yaml_lines_table_and_several_files_mean_the_same(write: Write, tmp_path: Path) -> None:
    path = write(a__catalog_yaml=CATALOG + OFFERS)
    expected = load_inputs(path / "a").catalog
    write(b__catalog_ndjson=as_lines(load_inputs(path / "a")))
    assert load_inputs(path / "b").catalog == expected
    (tmp_path / "b/other.ndjson.gz").write_bytes(gzip.compress((tmp_path / "b/catalog.ndjson").read_bytes()))
    lines = load_inputs(tmp_path / "b/other.ndjson.gz")
    assert lines.catalog == expected
    assert lines.at["offer", "welcome"] == "other.ndjson.gz:3"
    table = (
        "id,product,audience,eligibility.region,eligibility.age.from,eligibility.staff,price.1.months,price.1.amount,"
        "price.2.amount,incentives.1.kind,incentives.1.value,incentives.1.cash_equivalent,contract.months\n"
        "welcome,fibre,new,north|south,18,TRUE,18,24.99,41.00,card,50.00,true,18\n"
        "standard,fibre,,,,,,41.00,,,,,\n"
    )
    write(c__catalog_yaml=CATALOG, c__offers_csv=table)
    assert load_inputs(path / "c").catalog == expected
    head, products = CATALOG.split("products:")
    first = "fairoffer: catalog/1\ncurrency: GBP\nproducts:" + products
    write(d__catalog__a_yaml=first, d__catalog__b_yaml=head + OFFERS)
    several = load_inputs(path / "d")
    assert several.catalog == expected
    assert several.at["offer", "standard"] == "catalog/b.yaml:16"
    assert load_inputs(str(path / "d/catalog/*.yaml")).catalog == expected


def test_a_table_of_segments_means_the_same(write: Write) -> None:
    table = (
        "id,holds,tenure_months.from,tenure_months.to,where.region,where.age.from,where.age.to,customers\n"
        "old,welcome,60,,north,70,70,10\nrest,standard,,59,,,,\n"
    )
    path = write(
        a__catalog_yaml=CATALOG + OFFERS,
        a__segments_yaml=SEGMENTS,
        b__catalog_yaml=CATALOG + OFFERS,
        b__segments_csv=table,
    )
    assert load_inputs(path / "a").segments == load_inputs(path / "b").segments


def test_without_a_segments_file_there_is_none(write: Write) -> None:
    assert load_inputs(write(catalog_yaml=CATALOG + OFFERS)).segments is None


def test_a_catalog_file_alone_takes_nothing_that_lies_beside_it(write: Write) -> None:
    path = write(catalog_yaml=CATALOG + OFFERS, segments_yaml="rubbish", policy_yaml="rubbish", offers_csv="rubbish")
    inputs = load_inputs(path / "catalog.yaml")
    assert inputs.segments is None
    assert [policy.id for policy in inputs.policies] == ["best-offer"]


@pytest.mark.parametrize("name", ["", "nothing", "nothing/*.yaml", "catalog.xlsx", "catalog.csv", "with\x00nul"])
def test_what_is_not_there_is_a_usage_error(write: Write, name: str) -> None:
    path = write(catalog_xlsx="x", catalog_csv="x", empty__a_txt="x")
    assert refused(path / name, kind=UsageError)


def test_two_catalogs_in_one_directory_are_refused(write: Write) -> None:
    path = write(catalog_yaml=CATALOG + OFFERS, catalog_ndjson="x")
    assert "catalog.yaml and catalog.ndjson; keep one of them" in refused(path, kind=UsageError)
    assert "keep one" in refused(write(x__catalog_yaml="x", x__catalog__a_yaml="x") / "x", kind=UsageError)
    path = write(y__catalog_yaml=CATALOG + OFFERS, y__segments_yaml=SEGMENTS, y__segments_csv="id\n")
    assert "segments.yaml and segments.csv" in refused(path / "y", kind=UsageError)
    (path / "z/catalog").mkdir(parents=True)
    assert "matches no file" in refused(path / "z", kind=UsageError)


def test_a_misspelt_file_name_is_a_warning(write: Write) -> None:
    inputs = load_inputs(write(catalog_yaml=CATALOG + OFFERS, segment_yaml=SEGMENTS, notes_txt="x"))
    assert [str(warning) for warning in inputs.warnings] == [
        "segment.yaml: is not read: unknown file 'segment.yaml'; did you mean 'segments.yaml'?"
    ]


HOUSE = "fairoffer: policy/1\nid: house\nrules:\n  - {id: a, check: default-gap, level: house}\n"


def test_policies_come_from_the_directory_or_from_names(write: Write) -> None:
    path = write(catalog_yaml=CATALOG + OFFERS, policy_yaml=HOUSE, other_yaml=HOUSE.replace("id: house", "id: other"))
    assert [policy.id for policy in load_inputs(path).policies] == ["house"]
    assert load_inputs(path).at["rule", "house/a"] == "policy.yaml:4"
    named = load_inputs(path, ["best-offer", str(path / "other.yaml"), "best-offer"])
    assert [policy.id for policy in named.policies] == ["best-offer", "other"]
    assert set(named.policy_sha256) == {"best-offer", "other"}


def test_a_list_of_policies_is_relative_to_its_file(write: Write) -> None:
    path = write(
        catalog_yaml=CATALOG + OFFERS,
        policy_yaml="fairoffer: policies/1\nuse: [best-offer, house.yaml]\n",
        house_yaml=HOUSE,
    )
    assert [policy.id for policy in load_inputs(path).policies] == ["best-offer", "house"]
    assert load_inputs(path).warnings[0].path == "house.yaml"


def test_a_policy_that_nobody_knows(write: Write) -> None:
    path = write(catalog_yaml=CATALOG + OFFERS, twice_yaml=HOUSE, again_yaml=HOUSE + "version: 2\n")
    assert "unknown policy 'best-ofer'; did you mean 'best-offer'?" in refused(path, ("best-ofer",), UsageError)
    assert "there is no policy file" in refused(path, ("house.yaml",), UsageError)
    both = (str(path / "twice.yaml"), str(path / "again.yaml"))
    assert "there is another policy 'house'" in refused(path, both, PolicyError)


def test_a_wrong_policy_ends_with_2_even_where_inputs_are_wrong_too(write: Write) -> None:
    path = write(catalog_yaml=CATALOG + OFFERS.replace("fibre", "fiber"), policy_yaml=HOUSE.replace("house}", "hous}"))
    message = refused(path, kind=PolicyError)
    assert "policy.yaml:4:40" in message
    assert "unknown product" in message


def test_rules_take_over_what_they_do_not_say(write: Write) -> None:
    path = write(
        p_yaml="""\
fairoffer: policy/1
id: p
source: {name: Handbook, url: "https://example.org", read: primary}
scope: consumer
compare: {with: new-customer, months: [12], like_for_like: [product, channel]}
closed_product: {new_business_share_below: [{on_sale_years_under: 5, share: "0.15"}, {share: "0.075"}]}
facts: {consumer: boolean, n: integer, x: number, since: date, note: text}
rules:
  - {id: a, check: default-gap, level: breach, source: {clause: "1.2", read: secondary}, compare: {months: [24]}}
  - {id: b, check: reach-gap, level: breach, scope: "n > 1", effective: {from: 2026-01-01}}
"""
    )
    loaded = load_policy(str(path / "p.yaml"))
    policy, (first, second) = loaded.policy, loaded.policy.rules
    assert policy.compare_for(first).months == (24,)
    assert policy.compare_for(first).like_for_like == ("product", "channel")
    assert (policy.source_for(first).name, policy.source_for(first).read) == ("Handbook", "secondary")
    assert policy.source_for(second) == policy.source
    assert policy.scopes_for(second) == ("consumer", "n > 1")
    assert policy.effective_for(first) is None
    assert policy.fact("consumer", {}, {"consumer": "false"}, {"consumer": "true"}) is False
    assert policy.fact("n", {"n": "3"}) == 3
    assert policy.fact("x", {"x": "0.5"}) == Decimal("0.5")
    assert policy.fact("since", {"since": "2026-01-01"}) == date(2026, 1, 1)
    assert policy.fact("note", {"note": "false"}) == "false"
    assert policy.fact("n") is None


def test_a_closed_product_by_its_age_and_share(write: Write) -> None:
    from fairoffer.model.catalog import OnSale
    from fairoffer.model.policy import ClosedProduct

    closed = ClosedProduct.model_validate(
        {"new_business_share_below": [{"on_sale_years_under": 5, "share": "0.15"}, {"share": "0.075"}]}
    )
    sale = OnSale(from_=date(2021, 11, 22))
    assert closed.threshold(sale, date(2026, 11, 21)) == Decimal("0.15")
    assert closed.threshold(sale, date(2026, 11, 22)) == Decimal("0.075")
    assert closed.threshold(None, date(2026, 11, 22)) == Decimal("0.075")
    assert ClosedProduct().threshold(sale, date(2026, 11, 22)) is None


def test_what_travels_with_the_tool() -> None:
    assert "best-offer" in {policy.id for policy in shipped_policies()}
    assert find_policy("best-offer") is not None
    assert find_policy("best-ofer") is None
    assert find_fixture("invalid").is_dir()
    for name in ("nothing", "../tests", "invalid/../../tests", ""):
        with pytest.raises(UsageError):
            find_fixture(name)


def test_many_segments_are_compared_in_little_time(write: Write) -> None:
    values = ", ".join(f"r{index}" for index in range(500))
    catalog = CATALOG.replace("[north, south]", f"[{values}]") + OFFERS.replace("[north, south]", "[r1]")
    rows = "".join(
        f"  - {{id: s{index}, holds: standard, where: {{region: r{index % 500}}},"
        f" tenure_months: {{from: {1 + index // 500 * 12}, to: {12 + index // 500 * 12}}}}}\n"
        for index in range(5000)
    )
    path = write(catalog_yaml=catalog, segments_yaml="fairoffer: segments/1\nsegments:\n" + rows)
    from fairoffer.model.build import Part
    from fairoffer.model.overlap import check_overlaps
    from fairoffer.source import Located

    inputs = load_inputs(path)
    parts = [Part(segment, Located({}, "s", line=line)) for line, segment in enumerate(inputs.segments or ())]
    began = time.monotonic()
    problems: list[Any] = []
    check_overlaps(parts, inputs.catalog.attributes, problems)
    assert time.monotonic() - began < 1
    assert problems == []


@pytest.mark.slow
def test_a_large_catalog_of_lines_is_read_quickly(write: Write) -> None:
    rows = [json.dumps(HEADER_LINE), json.dumps({"product": {"id": "fibre", "type": "broadband"}})]
    for index in range(25_000):
        offer = {
            "id": f"o{index}",
            "product": "fibre",
            "eligibility": {"region": ["north"]},
            "price": [{"months": 12, "amount": 24.99}, {"amount": "41.00"}],
            "fees": [{"kind": "setup", "amount": 9.99}],
        }
        rows.append(json.dumps({"offer": offer}))
    path = write(catalog_ndjson="\n".join(rows))
    began = time.monotonic()
    assert len(load_inputs(path).catalog.offers) == 25_000
    assert time.monotonic() - began < 8


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_to_a_file_ends_in_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    files = {"catalog.yaml": CATALOG + OFFERS, "segments.yaml": SEGMENTS, "policy.yaml": HOUSE}
    name = data.draw(st.sampled_from(sorted(files)))
    text = files[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    new = data.draw(
        st.one_of(st.text(max_size=6), st.sampled_from(["[]", "{}", "- ", "null", "-1", "{from: 1}", ": "]))
    )
    files[name] = text[:start] + new + text[end:]
    for other, content in files.items():
        (tmp_path / other).write_text(content, "utf-8", errors="surrogatepass", newline="")
    try:
        load_inputs(tmp_path)
    except FairofferError as error:
        assert str(error)  # noqa: PT017
