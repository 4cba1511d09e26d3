"""Whom a text speaks of: new customers, those who stayed, or everybody. Rules of language, no list of sentences.

``read_audience`` reads every sentence by itself and then weighs what they say together. It answers with the sentence
that decided, so that a reader can check it. A text that says nothing about newness answers ``None``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

NEW, EXISTING, ANY, JOINING, UNKNOWN = "new", "existing", "any", "joining", "unknown"


class Heard(NamedTuple):
    """What a text says of its audience. ``joining``: given for becoming a customer, without the word new."""

    audience: str
    moving: bool
    quote: str


_PEOPLE = (
    r"(?:customers?(?:in|on|when)?(?!\s+(?:service|care|support|portal|team|relations?|charter|number|reference|centre))"
    r"|accounts|account[- ]holders?|sign[- ]?ups|joiners|clients?|consumers?|subscribers?|households)"
)
# Words that end the phrase "new … customers": what stands before them is what is new.
_THING = (
    r"(?:zealand|south|wales|year|cars?|vehicles?|evs?|homes?|houses?|meters?|meter|connections?|connected|supply"
    r"|address(?:es)?|premises?|propert(?:y|ies)|sites?|plans?|prices?|pricing|tariffs?|rates?|contracts?|batter(?:y|ies)"
    r"|systems?|builds?|estates?|panels?|installations?|offers?|products?|services?|features?|apps?|laws?|rules?"
    r"|is|are|was|were|be|will|can|may|must|if|when|from|that|which|who|your|our|their|this|these|the|a|an|in|at|on"
    r"|for|with|by|per|of|not|but)\b"
)
_BETWEEN = rf"(?:[\s,/&+-]+(?!{_THING})[\w'’.&-]+?){{0,7}}?"
_NEW_PEOPLE = rf"(?<!\bper )(?<!\beach )(?<!\bevery )\b(?:brand[- ])?new(?P<between>{_BETWEEN})[\s,/-]+{_PEOPLE}\b"
_NAMED = "ZZUS"  # stands for the retailer's name in the sentence while it is read
_RETAILER = r"us|(?:the|this) (?:retailer|supplier|provider|company)|%s"
_US = rf"(?:our|{_RETAILER})"
_TO_US = rf"(?:{_RETAILER})"
_LAST = r"(?:last|past|previous|preceding|prior)"


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NEW = _rule(_NEW_PEOPLE)
_NEW_ONE = _rule(rf"\b(?:per|each|every)\s+(?:brand[- ])?new{_BETWEEN}[\s,/-]+(?:customers?|households?)\b")
_FIRST = _rule(
    r"\bfirst[- ]time\s+(?:[\w'-]+\s+){0,2}customers?\b|\bprospective customers?\b|\bnewly joined\b|\bnewcomers?\b"
)
_BOTH = _rule(
    r"\b(?:existing|current)(?:\s+customers)?\s*(?:and|or|&|/|,)\s*(?:brand[- ])?"
    rf"new\b(?:\s*$|{_BETWEEN}[\s,/-]+{_PEOPLE}|\s*[.,;)])"
    r"|\bnew(?:\s+customers)?\s*(?:and|or|&|/|,|as well as)\s*(?:to\s+)?(?:our\s+)?(?:existing|current)\b"
    rf"(?:\s*$|{_BETWEEN}[\s,/-]+{_PEOPLE}|\s*[.,;)])"
    r"|\ball customers\b|\bany customers?\b|\bevery customer\b|\bwhether (?:you are )?new or\b"
    r"|\bnot\s+(?:just|only|limited|restricted|exclusive)\b[^.]{0,30}\bnew\b[^.]{0,25}\bcustomers?\b"
)
_EXISTING_TOO = _rule(
    r"\b(?:existing|current)\b(?:\s+(?!cannot|can't)[\w'-]+){0,3}?\s+customers?\b[^.]{0,40}?"
    r"\b(?:can|may|also|are (?:also )?(?:eligible|welcome|able)|too|as well|included)\b(?!\s*(?:not|n't|never))"
    r"|\balso\s+(?:available|open|applies|offered)\b[^.]{0,25}\b(?:existing|current)\b[^.]{0,25}\bcustomers?\b"
)
_CLOSED = _rule(
    r"\b(?:not|no longer|isn't|isn’t|aren't|never|cannot be)\s+(?:currently\s+|being\s+)?"
    r"(?:available|open|offered|sold|on sale|accepting|taking|provided|for)\b[^.]{0,30}?"
    + _NEW_PEOPLE
    + r"|\b(?:closed|unavailable|withdrawn)\b[^.]{0,20}?\b(?:to|for|from)\b[^.]{0,10}?"
    + _NEW_PEOPLE.replace("?P<between>", "?:")
    + r"|\bgrandfathered\b|\blegacy customers\b"
)
_NOT_EXISTING = _rule(
    r"\b(?:not|no|isn't|isn’t|aren't|cannot|can't|can’t|excludes?|excluding|except(?:ing)?|other than|unavailable"
    r"|never)\b"
    r"(?![^.]{0,20}\b(?:limited|restricted|only)\b)[^.]{0,40}?\b(?:existing|current|present)\b"
    r"(?:\s+[\w'&-]+){0,4}?\s+(?:customers?|account[- ]holders?)\b"
    r"|\b(?:existing|current|present)\b(?:\s+[\w'&-]+){0,4}?\s+(?:customers?|account[- ]holders?)\b[^.]{0,25}?"
    r"\b(?:not|cannot|can't|can’t|aren't|aren’t|ineligible|excluded|unable|don't|don’t)\b"
)
_NEVER_WITH_US = (
    r"\b(?:not|never|haven't|haven’t|hasn't|hasn’t|don't|don’t|without|no)\s+(?:[\w'’-]+\s+){0,7}?"
    r"(?:customers?|accounts?|contracts?|supplied|billed|energy plan)\b(?:\s+[\w'’-]+){0,2}?\s*"
    r"(?:(?:of|with|from|by|at|to)\s+" + _US + rf"\b|[^.]{{0,40}}?\b(?:in|within|for|during|over) the {_LAST}\b)"
    r"|\b(?:not|never|haven't|haven’t|hasn't|don't|don’t)\s+(?:[\w'’-]+\s+){0,2}?(?:currently|previously|already|before)\s+"
    r"(?:[\w'’-]+\s+){0,4}?(?:a customer|customers|our customer|supplied by|billed by|with " + _US + r")\b"
    r"|\b(?:not|never|haven't|haven’t|hasn't)\s+(?:[\w'’-]+\s+){0,2}?(?:been|be)\s+(?:[\w'’-]+\s+){0,2}?"
    r"(?:our|" + _US + r")\s+customers?\b|\bwho left\b[^.]{0,30}?\bago\b"
)
_NEW_TO = (
    r"\b(?:brand[- ])?new to " + _US + r"\b|\bcustomers?\s+(?:who|that)\s+(?:are|is)\s+(?:brand[- ])?new\b(?!\s+to\b)"
    r"|\byou(?:'re|’re| are| must be)\s+(?:a\s+)?new\s+(?:customer\b|to " + _US + r")"
)
_SWITCHING = (
    r"\b(?:switch|transfer|mov|chang|com|convert|churn)\w*\b[^.]{0,40}?\bfrom (?:an|your|their|a)?\s?"
    r"(?:other|another|different|current|existing|previous|competing)?\s?(?:energy |electricity |gas |power )*"
    r"(?:retailer|provider|supplier|compan)\w*"
    r"|\b(?:only|available to|open to|eligible|must|exclusive\w*|offer for|for)\b[^.]{0,50}?"
    r"\b(?:customers?|households?|you|those|anyone|people)\b\s+(?:who\s+|that\s+)?(?:are\s+)?"
    r"(?:switch|transfer|join|churn)\w*\s+(?:over\s+|across\s+)?(?:to\s+)?" + _TO_US + r"\b"
    r"|\byou must (?:switch|transfer|join)\w*\s+(?:over\s+|across\s+)?(?:to\s+)?" + _TO_US + r"\b"
)
_JOINING = (
    r"\b(?:after|on|upon|for|when|once|by|since|following)\b[^.]{0,30}?"
    r"\b(?<!\d )(?:joining|switching|transferring|join|switch|transfer)\b"
    r"(?:\s+(?:over\s+)?(?:to\s+)?" + _TO_US + r"\b|\s*(?:$|[.,;]|date\b))"
    r"|\byour supply must transfer to\b|\bfollowing (?:a )?successful transfer\b"
)
_ONLY_EXISTING = (
    r"\b(?:only|exclusive\w*|must be|need to be|has to be|you are|you're|available|open|offered|reward\w*|restricted"
    r"|limited|reserved|designed|just|thank\w*|for)\b[^.]{0,40}?"
    r"\b(?:existing|current|present|loyal|long[- ]?(?:term|standing)|valued)\b(?P<whose>(?:\s+[\w'’&-]+){0,4}?)\s+"
    r"(?:customers?|account[- ]holders?)\b"
    r"|\bcustomers?\s+(?:who|that)\s+(?:already\s+have|are\s+already|have\s+been)\s+(?:[\w'’-]+\s+){0,5}?with\s+"
    + _US
    + r"\b|\balready (?:a |an |our )?(?:\w+ )?customers? (?:of|with) "
    + _US
    + r"\b|\bloyalty customers?\b"
)
_EXISTING_NAME = _rule(
    r"^(?:existing|current|loyal)\b(?:\s+[\w'&-]+){0,3}?\s+customers?\b|\bexisting customers? only\b"
)
_MOVING = _rule(
    r"\bmov(?:e|ing)[- ]?ins?\b|\bmov(?:ing|e|ers?)\b\s*(?:house|home|customers?|to|into|premises|address|propert)?"
    r"|\brelocat\w+"
)
_NOT_TELLING = _rule(
    r"\b(?:may|might|can|will|could|reserve the right to)\s+(?:\w+\s+){0,2}?"
    r"(?:withdraw|cease|stop|clos|suspend|discontinu)\w*"
    r"|\bcredit (?:check|assessment)|\bsecurity deposit|\bcooling[- ]off\b|\bwelcome (?:pack|kit)\b|\bprices? for new\b"
)
_REFERRAL = _rule(r"\brefer\w*|\bfriend\b|\blink from\b|\bmention\w*")
_PARTNERS = _rule(
    r"\b(?:bank\w*|westpac|nab|anz|cba|commbank|commonwealth|qantas|velocity|flybuys|telstra|optus|rent\b|kayo|nbn|broadband"
    r"|internet|mobile|insurance|racv|nrma|raa|ract|racq|costco|woolworths|coles|first|dodo)\b"
)
_PLACES = (
    r"(?!Australia|Victoria|Queensland|Tasmania|NSW|VIC|QLD|ACT|Sydney|Melbourne|Brisbane|South|New|Solar|Time|The\b)"
)
_SPLIT = re.compile(
    r"(?<=[.!?])\s+(?=[A-Z(\"'$])|\s\|\s|\s*[;\n\r•]+\s*|(?<=[a-z)\d])\.(?=[A-Z][a-z])|\s[–-]\s(?=New\b)"
)


_SPEAKS = _rule(
    r"new|exist|current|present|loyal|valued|long[- ]?(?:term|stand)|customers?|accounts?|suppl|billed"
    r"|retailer|provider|switch|transfer|join|grandfather|household|consumer|subscriber|client"
)
"""A sentence without any of these words says nothing about its audience, whatever else it says."""


class _Rules(NamedTuple):
    new: tuple[re.Pattern[str], ...]
    joining: re.Pattern[str]
    existing: re.Pattern[str]


def _rules(us: str) -> _Rules:
    def rule(pattern: str) -> re.Pattern[str]:
        # The whole pattern ignores case, the retailer's name in it does not.
        return re.compile(f"(?i:{pattern})".replace("%s", f"(?-i:{us})"))

    return _Rules((rule(_NEVER_WITH_US), rule(_NEW_TO), rule(_SWITCHING)), rule(_JOINING), rule(_ONLY_EXISTING))


_KNOWN = _rules(_NAMED)
_ANYBODY = _rules(rf"{_PLACES}[A-Z][\w&]+")
"""Where nobody says who the retailer is, any capitalised word may be its name."""


@lru_cache(maxsize=512)
def _name(brand: str) -> re.Pattern[str] | None:
    words = brand.split()
    return re.compile(rf"\b{re.escape(words[0])}\b", re.IGNORECASE) if words else None


def sentences(words: str) -> list[str]:
    """The sentences of a text, with the payloads' broken quotes and spaces mended."""
    whole = words.replace("u2019", "’").replace("\u00a0", " ").replace("�", " ")
    return [part.strip() for part in _SPLIT.split(whole) if part and part.strip()]


@lru_cache(maxsize=65536)
def read_audience(words: str, brand: str = "") -> Heard | None:
    """What all sentences of a text say together; ``None`` where none of them speaks of it."""
    said: dict[str, str] = {}
    moving = False
    name = _name(brand)
    rules = _KNOWN if name else _ANYBODY
    for sentence in sentences(words) if _SPEAKS.search(words) else ():
        if not _SPEAKS.search(sentence):
            continue
        for what, mover in _hear(name.sub(_NAMED, sentence) if name else sentence, rules):
            said.setdefault(what, sentence)
            moving = moving or (mover and what == NEW)
    return weigh(said, moving)


def weigh(said: dict[str, str], moving: bool) -> Heard | None:
    """One answer from what was said (audience to sentence): contradictions are ``unknown``."""
    quotes = {what: quote[:400] for what, quote in said.items()}
    if ANY in said and EXISTING not in said:
        return Heard(ANY, False, quotes[ANY])
    if NEW in said and EXISTING in said:
        return Heard(UNKNOWN, False, f"{quotes[NEW]} | {quotes[EXISTING]}")
    for what in (NEW, EXISTING, UNKNOWN, JOINING):
        if what in said:
            return Heard(what, moving and what == NEW, quotes[what])
    return None


def _hear(sentence: str, rules: _Rules) -> list[tuple[str, bool]]:
    """What one sentence says: pairs of audience and whether it opens the offer to movers as well."""
    if _CLOSED.search(sentence):
        return [(EXISTING, False)]
    mover = _MOVING.search(sentence) is not None
    if _BOTH.search(sentence):
        both_move = re.search(r"existing[^.]{0,40}\bmov", sentence, re.IGNORECASE) is not None
        return [(NEW, True)] if both_move and _NEW.search(sentence) else [(ANY, False)]
    found: list[tuple[str, bool]] = []
    if _is_new(sentence, rules):
        if re.search(r"\bexisting[^.]{0,40}\bcustomers?[^.]{0,30}\bmov", sentence, re.IGNORECASE):
            return [(NEW, True)]
        found.append((NEW, mover))
        if _EXISTING_TOO.search(sentence) and not _NOT_EXISTING.search(sentence):
            found.append((ANY, False))
    elif _EXISTING_TOO.search(sentence) and not _PARTNERS.search(sentence) and not _REFERRAL.search(sentence):
        found.append((ANY, False))
    elif _is_existing(sentence, rules):
        found.append((EXISTING, False))
    elif rules.joining.search(sentence):
        found.append((JOINING, False))
    return found


def _is_new(sentence: str, rules: _Rules) -> bool:
    spoken = _NEW.search(sentence) or _NEW_ONE.search(sentence) or _FIRST.search(sentence)
    if spoken:
        before = sentence[: spoken.start()]
        return not (_NOT_TELLING.search(before) or re.search(r"\bprices? for $", before))
    if _NOT_EXISTING.search(sentence) and not _PARTNERS.search(sentence):
        return True
    return any(rule.search(sentence) for rule in rules.new)


def _is_existing(sentence: str, rules: _Rules) -> bool:
    if _REFERRAL.search(sentence):
        return False
    found = rules.existing.search(sentence) or _EXISTING_NAME.search(sentence)
    if not found:
        return False
    whose = found.groupdict().get("whose") or found[0]
    return not _PARTNERS.search(whose)
