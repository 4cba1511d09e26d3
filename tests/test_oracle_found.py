"""Small audits on which engine and oracle once said different things: they say the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.drawing import Audit
from tests.engine import asked, differences, run

FOUND: dict[str, tuple[dict[str, Any], list[dict[str, Any]] | None, dict[str, Any]]] = {
    "derived-groups-move-on": (
        {
            "attributes": {},
            "products": [{"id": "p1", "type": "broadband"}, {"id": "p2", "type": "broadband"}],
            "offers": [
                {
                    "id": "o1",
                    "product": "p1",
                    "price": [
                        {"months": "2", "amount": "10"},
                        {"months": "1", "product": "p2", "amount": "15"},
                        {"amount": "20"},
                    ],
                },
                {"id": "o2", "product": "p2", "price": [{"months": "5", "amount": "0"}], "contract": {"then": "o1"}},
            ],
        },
        None,
        {
            "id": "found",
            "compare": {"months": ["3"], "balances": ["1000"]},
            "rules": [{"id": "default-gap", "check": "default-gap", "level": "house", "terms": []}],
        },
    ),
    "later-product-without-offers": (
        {
            "attributes": {},
            "products": [{"id": "p1", "type": "broadband"}, {"id": "p2", "type": "broadband"}],
            "offers": [
                {
                    "id": "o3",
                    "product": "p2",
                    "price": [{"months": "1"}, {"product": "p1"}],
                    "contract": {"months": "5"},
                },
                {"id": "o5", "product": "p2"},
            ],
        },
        [{"id": "s1", "holds": "o5"}],
        {
            "id": "found",
            "compare": {"months": ["3"], "balances": ["1000"]},
            "rules": [{"id": "roll-over", "check": "roll-over", "level": "house", "terms": []}],
        },
    ),
    "optional-fee-is-past": (
        {
            "attributes": {},
            "products": [{"id": "p1", "type": "mortgage"}],
            "offers": [
                {
                    "id": "o1",
                    "product": "p1",
                    "rates": [{"months": "1", "percent": "0.1"}, {"percent": "2"}],
                    "fees": [{"kind": "line", "amount": "5", "optional": "true", "audience": "new"}],
                },
                {"id": "o4", "product": "p1", "once": "true", "rates": [{"percent": "0.1"}]},
            ],
        },
        [{"id": "s2", "holds": "o1"}],
        {
            "id": "found",
            "compare": {"months": ["3"], "balances": ["1000"]},
            "rules": [{"id": "term-gap", "check": "term-gap", "level": "house", "terms": ["*"]}],
        },
    ),
    "optional-fee-of-newcomers": (
        {
            "attributes": {},
            "products": [{"id": "p1", "type": "broadband"}],
            "offers": [
                {
                    "id": "o1",
                    "product": "p1",
                    "price": [{"months": "1", "amount": "10"}, {"amount": "9"}],
                    "fees": [{"kind": "line", "amount": "5", "optional": "true", "audience": "new"}],
                },
                {"id": "o4", "product": "p1", "once": "true", "price": [{"amount": "1"}]},
            ],
        },
        [{"id": "s2", "holds": "o1", "held_months": {}}],
        {
            "id": "found",
            "compare": {"months": ["3"], "balances": ["1000"]},
            "rules": [{"id": "term-gap", "check": "term-gap", "level": "house", "terms": ["*"]}],
        },
    ),
    "ring-held-long": (
        {
            "attributes": {},
            "products": [{"id": "p1", "type": "mortgage"}],
            "offers": [
                {
                    "id": "o3",
                    "product": "p1",
                    "access": "on_request",
                    "eligibility": {"tenure_months": {"from": "8"}},
                    "rates": [{"percent": "0.1"}],
                },
                {"id": "o4", "product": "p1", "rates": [{"months": "1", "percent": "0.1"}], "contract": {"then": "o4"}},
            ],
        },
        [{"id": "s3", "holds": "o4"}],
        {
            "id": "found",
            "compare": {"months": ["12"], "balances": ["1000"]},
            "rules": [{"id": "must-ask", "check": "must-ask", "level": "house", "terms": []}],
        },
    ),
    "ring-with-a-fee-each-round": (
        {
            "attributes": {},
            "products": [{"id": "p1", "type": "broadband"}],
            "offers": [
                {
                    "id": "o2",
                    "product": "p1",
                    "price": [{"months": "3", "amount": "1"}],
                    "contract": {"then": "o2"},
                    "fees": [{"kind": "setup", "amount": "36"}],
                }
            ],
        },
        [{"id": "s3", "holds": "o2"}],
        {
            "id": "found",
            "compare": {"months": ["12"], "balances": ["1000"]},
            "rules": [{"id": "default-gap", "check": "default-gap", "level": "house", "terms": []}],
        },
    ),
    "tolerance-per-month": (
        {
            "attributes": {},
            "products": [{"id": "p1", "type": "broadband"}],
            "offers": [
                {
                    "id": "o2",
                    "product": "p1",
                    "audience": "new",
                    "price": [{"amount": "1"}],
                    "incentives": [{"kind": "gift", "value": "2.50", "cash_equivalent": "true"}],
                },
                {
                    "id": "o3",
                    "product": "p1",
                    "audience": "existing",
                    "price": [{"amount": "1"}],
                    "fees": [{"kind": "setup", "amount": "2.50"}],
                },
            ],
        },
        [{"id": "s2", "product": "p1"}],
        {
            "id": "found",
            "compare": {"months": ["3"], "balances": ["1000"]},
            "rules": [
                {"id": "x", "check": "incentive-gap", "level": "house", "tolerance": {"money": "1", "per": "month"}}
            ],
        },
    ),
    "one-kind-of-cost-a-product": (
        {
            "attributes": {"channel": {"choice": "true", "values": ["web", "phone"]}},
            "products": [{"id": "p1", "type": "mortgage"}, {"id": "p2", "type": "mortgage"}],
            "offers": [
                {
                    "id": "o2",
                    "product": "p2",
                    "eligibility": {"channel": ["web"]},
                    "rates": [{"months": "5", "percent": "4"}],
                    "contract": {"then": "o4"},
                },
                {"id": "o4", "product": "p1"},
            ],
        },
        None,
        {
            "id": "found",
            "compare": {"months": ["3"], "balances": ["1000"], "like_for_like": ["channel"]},
            "rules": [{"id": "price-walk", "check": "price-walk", "level": "house", "terms": []}],
        },
    ),
    "as-cheap-and-better": (
        {
            "attributes": {},
            "products": [{"id": "p1", "type": "mortgage"}],
            "offers": [
                {"id": "o2", "product": "p1", "valid": {"from": "2026-11-22"}, "rates": [{"percent": "4"}]},
                {"id": "o3", "product": "p1", "rates": [{"percent": "4"}], "fees": [{"kind": "setup", "amount": "36"}]},
                {"id": "o6", "product": "p1", "once": "true"},
            ],
        },
        [{"id": "s2", "holds": "o2"}],
        {
            "id": "found",
            "compare": {"months": ["3"], "balances": ["1000"]},
            "rules": [{"id": "term-gap", "check": "term-gap", "level": "house", "terms": ["*"]}],
        },
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_they_agree(name: str) -> None:
    catalog, segments, policy = FOUND[name]
    drawn = Audit({"id": name, "currency": "GBP", **catalog}, segments, policy)
    assert not differences(run(drawn), asked(drawn))
