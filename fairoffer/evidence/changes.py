"""What differs between two results, in words, the most telling first.

`then` is the result that was kept, `now` the one just computed; both are JSON as read, so that a result of another
version can be compared too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

FIRST = ("version", "as_of", "through", "catalog", "inputs", "policies", "verdict", "exit_code", "reasons")
"""Parts of a result that explain a difference better than what follows from them."""
FINDINGS = ("findings",)
COLUMNS = "comparisons"
WARNINGS = "problems"
SHOWN = 80


def changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each difference; at least one where the two are not equal."""
    told = False
    for sentence in _all(then, now):
        told = True
        yield sentence
    if not told and then != now:
        yield "the same parts, in another order"


def _all(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if then.get("version") != now.get("version"):
        yield other_version(str(then.get("version")), str(now.get("version")))
    yield from _inputs(then.get("inputs"), now.get("inputs"))
    rest = [key for key in {**then, **now} if key not in (*FIRST, *FINDINGS, COLUMNS)]
    for key in (*FIRST[1:4], *FIRST[5:], *FINDINGS, COLUMNS, *rest):
        if then.get(key) == now.get(key):
            continue
        if key == COLUMNS:
            yield from _comparisons(then.get(key), now.get(key))
        elif key == WARNINGS:
            yield from _warnings(then.get(key), now.get(key))
        else:
            yield from _walk(key, then.get(key), now.get(key))


def other_version(then: str, now: str) -> str:
    """What to say where another version computed the result."""
    return f"version: fairoffer {_shown(then)} computed the result, this is {_shown(now)}"


def _inputs(then: Any, now: Any) -> Iterator[str]:
    """Files by their path: another file, or one more or less."""
    if then == now:
        return
    before, after = _by(then, "path"), _by(now, "path")
    for path in {**before, **after}:
        one, other = before.get(path), after.get(path)
        if one == other:
            continue
        if other is None:
            yield f"input {path}: was read then, is not read now"
        elif one is None:
            yield f"input {path}: is read now, was not read then"
        elif one.get("sha256") != other.get("sha256"):
            yield f"input {path}: another file; SHA-256 {one.get('sha256')} then, {other.get('sha256')} now"
        else:
            yield from _walk(f"input {path}", one, other)


def _warnings(then: Any, now: Any) -> Iterator[str]:
    """Warnings of the inputs: most often a file that came into the directory since."""
    if not all(isinstance(said, list) and all(isinstance(one, dict) for one in said) for said in (then, now)):
        yield from _walk(WARNINGS, then, now)
        return
    for said, other, words in ((then, now, "then, not now"), (now, then, "now, not then")):
        yield from (f"warning {words}: {one.get('path')}: {one.get('message')}" for one in said if one not in other)


def _comparisons(then: Any, now: Any) -> Iterator[str]:
    """Columns row by row, where both have the same comparisons."""
    if not (_are_columns(then) and _are_columns(now)):
        yield from _walk(COLUMNS, then, now)
        return
    ids, others = then.get("id", []), now.get("id", [])
    if ids != others:
        if len(ids) != len(others):
            yield f"comparisons: {len(ids)} then, {len(others)} now"
        known = set(others)
        yield from (f"comparison {one}: made then, not made now" for one in ids if one not in known)
        known = set(ids)
        yield from (f"comparison {one}: made now, not made then" for one in others if one not in known)
        return
    for name in {**then, **now}:
        column, other = then.get(name) or [None] * len(ids), now.get(name) or [None] * len(ids)
        rows = zip(ids, column, other, strict=True) if len(column) == len(other) == len(ids) else ()
        yield from (f"comparison {one}: {name} {_pair(a, b)}" for one, a, b in rows if a != b)


def _are_columns(value: Any) -> bool:
    """Whether these are lists, with ids in one of them."""
    return (
        isinstance(value, dict)
        and all(isinstance(column, list) for column in value.values())
        and all(isinstance(one, str) for one in value.get("id", []))
    )


def _walk(where: str, then: Any, now: Any) -> Iterator[str]:
    """The values that differ, with the way to each."""
    if then == now:
        return
    if isinstance(then, dict) and isinstance(now, dict):
        for key in {**then, **now}:
            yield from _walk(f"{where}.{key}", then.get(key), now.get(key))
    elif _have_ids(then) and _have_ids(now):
        yield from _named(where, _by(then, "id"), _by(now, "id"))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for index, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _walk(f"{where}[{index}]", one, other)
    else:
        yield f"{where}: {_pair(then, now)}"


def _named(where: str, then: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """Items of a list by id: findings, policies, offers …"""
    if then == now:
        yield f"{where}: in another order"
    for name in {**then, **now}:
        label = f"{where}[{_name(name, then.get(name) or now[name])}]"
        if name not in now:
            yield f"{label}: in the result then, not now"
        elif name not in then:
            yield f"{label}: in the result now, not then"
        else:
            yield from _walk(label, then[name], now[name])


def _name(name: str, item: Mapping[str, Any]) -> str:
    """An id, and for a finding which rule and whom it is about."""
    about = [str(item[key]) for key in ("product", "segment") if item.get(key)]
    rule = f"{item.get('policy')}/{item.get('rule')}" if item.get("policy") and item.get("rule") else ""
    return ", ".join(part for part in (name, rule, *about) if part)


def _have_ids(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)


def _by(items: Any, key: str) -> dict[str, Any]:
    """Items of a list under a name each; the second of a name is told apart by its number."""
    named: dict[str, Any] = {}
    for item in items if isinstance(items, Sequence) and not isinstance(items, str) else ():
        name = str(item.get(key)) if isinstance(item, dict) else _shown(item)
        number = 1
        while (label := name if number == 1 else f"{name} ({number})") in named:
            number += 1
        named[label] = item
    return named


def _pair(then: object, now: object) -> str:
    return f"{_shown(then)} then, {_shown(now)} now"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
