"""Columns that can only hold a few words: a condition that asks for another word would be false for everybody."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from fairoffer.model.book import BookRow, Event, LegFee, Listed
from fairoffer.model.catalog import Access, Audience, AudienceBasis, Offer, Per, Rise
from fairoffer.model.tokens import ConditionError, Token, tokens_of
from fairoffer.model.validate import not_one_of


def _of(model: type[BaseModel], name: str) -> tuple[str, ...]:
    """The words that a field of a model may hold."""
    return _words(model.model_fields[name].annotation)


def _words(annotation: Any) -> tuple[str, ...]:
    found = typing.get_args(annotation)
    return tuple(word for part in found for word in ((part,) if isinstance(part, str) else _words(part)))


_CUSTOMERS = {
    "event": _words(Event),
    "per": _words(Per),
    "channel_moved_by": _of(BookRow, "channel_moved_by"),
    "contract_rise_type": _of(Rise, "type"),
}
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "customers": _CUSTOMERS,
    "notices": _CUSTOMERS,
    "records": _CUSTOMERS,
    "lines": {
        **_CUSTOMERS,
        "line": ("fee", "addon", "incentive", "part", "listed"),
        "when_due": _of(LegFee, "when"),
        "audience": _of(Listed, "audience"),
    },
    "offers": {
        "audience": _words(Audience),
        "audience_from": _of(AudienceBasis, "from_"),
        "new_to": _of(AudienceBasis, "new_to"),
        "access": _words(Access),
        "kind": _of(Offer, "kind"),
        "per": _words(Per),
        "contract_rise_type": _of(Rise, "type"),
    },
}
"""All words that a column can hold, table by table."""


def fault_of_words(text: str, table: str) -> ConditionError | None:
    """The first word that a column is compared with and can never hold."""
    tokens = tokens_of(text)
    for index, token in enumerate(tokens):
        allowed = VALUES[table].get(token.value, ()) if token.kind == "name" else ()
        for word in _compared(tokens, index) if allowed else ():
            said = word.value[1:-1].replace("''", "'")
            if said not in allowed:
                return ConditionError(word.position, f"{token.value} {not_one_of(said, allowed)}")
    return None


def _compared(tokens: list[Token], index: int) -> Iterator[Token]:
    """The texts that the column at ``index`` is compared with, whether it is equal to them or not."""
    rest = [token.lower for token in tokens[index + 1 : index + 4]]
    if rest[:1] in (["="], ["<>"], ["!="]):
        yield from (token for token in tokens[index + 2 : index + 3] if token.kind == "text")
    start = 3 if rest[:2] == ["in", "("] else 4 if rest == ["not", "in", "("] else 0
    for token in tokens[index + start :] if start else ():
        if token.value == ")":
            return
        if token.kind == "text":
            yield token
