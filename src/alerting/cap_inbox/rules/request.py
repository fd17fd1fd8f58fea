"""Map a CAP message to the alert that it asks for, or to the changes that it makes to an alert."""

import re
from datetime import datetime
from typing import Any, Final

from alerting.cap.alert import (
    MOST_DESCRIBED,
    MOST_EVENT,
    MOST_PLACE,
    MOST_TRANSLATIONS,
    SEVERITY,
    AlertRequest,
    Area,
    Colour,
    InfoText,
    Status,
)
from alerting.cap.changes import Changes
from alerting.cap.message import ASSEMBLY_POINT, COLOUR, HAZARD_LOCATION
from alerting.cap_inbox.rules.message import CapInfo, CapMessage, subtag
from alerting.cap_inbox.rules.tree import UnreadableError
from alerting.cap_inbox.rules.values import point
from alerting.policy.sections import AlertRules

_MOST_HEADLINE: Final = 160

_COLOURS: Final = {severity: colour for colour, severity in SEVERITY.items()}

_CUT: Final = "…"

_LANGUAGE: Final = re.compile("[a-z]{2,3}")


def request_of(
    message: CapMessage, info: CapInfo, area: Area, rules: AlertRules, now: datetime
) -> AlertRequest:
    """Return the alert that an info block of a message asks for.

    The info blocks in other languages become translations. Texts longer than an alert allows are
    cut. A missing instruction is taken from the policy. Without an assembly point, each village
    uses its own.
    """
    given: dict[str, Any] = {
        "status": Status(message.status),
        "language": _code(info),
        "translations": _translations(message, info),
        "event": _cut(info.event, MOST_EVENT),
        "category": info.category,
        "colour": _colour(info),
        "urgency": info.urgency,
        "certainty": info.certainty,
        "response_type": info.response_type,
        "headline": _cut(info.headline, _MOST_HEADLINE),
        "description": _cut(info.description or info.headline or info.event, MOST_DESCRIBED),
        "instruction": _cut(info.instruction, MOST_DESCRIBED) or rules.instruction,
        "assembly_point": _parameter(info, ASSEMBLY_POINT),
        "hazard_location": _place(info),
        "area": area,
        "expires": info.expires or now + rules.validity,
    }
    return AlertRequest(**{name: value for name, value in given.items() if value})


def changes_of(
    before: AlertRequest, message: CapMessage, info: CapInfo, rules: AlertRules, now: datetime
) -> Changes:
    """Return the fields in which an info block differs from the alert; missing ones stay the same.

    An empty assembly point clears that of the alert.
    """
    wanted = request_of(message, info, before.area, rules, now)
    names = ["event", "colour", "description"]
    names += ["instruction"] if info.instruction else []
    names += ["assembly_point"] if ASSEMBLY_POINT in dict(info.parameters) else []
    names += ["hazard_location"] if _place(info) else []
    names += ["expires"] if info.expires else []
    names += ["translations"] if wanted.translations else []
    return Changes(
        **{
            name: getattr(wanted, name)
            for name in names
            if getattr(wanted, name) != getattr(before, name)
        }
    )


def _translations(message: CapMessage, info: CapInfo) -> dict[str, InfoText]:
    """Return the words of the info blocks that translate this one, by language code.

    The n-th block of each language is taken as the translation of the n-th block of the others.
    """
    place = [each for each in message.infos if _code(each) == _code(info)].index(info)
    spoken: dict[str, list[CapInfo]] = {}
    for each in message.infos:
        spoken.setdefault(_code(each) or "", []).append(each)
    others = {code: found for code, found in spoken.items() if code not in {_code(info), ""}}
    chosen = {code: found[place] for code, found in others.items() if len(found) > place}
    return {code: _words(each) for code, each in [*chosen.items()][:MOST_TRANSLATIONS]}


def _words(info: CapInfo) -> InfoText:
    given = {
        "event": _cut(info.event, MOST_EVENT),
        "headline": _cut(info.headline, _MOST_HEADLINE),
        "description": _cut(info.description, MOST_DESCRIBED),
        "instruction": _cut(info.instruction, MOST_DESCRIBED),
        "assembly_point": _parameter(info, ASSEMBLY_POINT),
    }
    return InfoText(**{name: text for name, text in given.items() if text})


def _code(info: CapInfo) -> str | None:
    """Return the language code of an info block, or None if an alert cannot have it."""
    code = subtag(info.language)
    return code if _LANGUAGE.fullmatch(code) else None


def _colour(info: CapInfo) -> Colour | None:
    """Return the colour in the parameter `colour`, or the colour of the severity, or None."""
    named = _parameter(info, COLOUR)
    return Colour(named) if named in set(Colour) else _COLOURS.get(info.severity)


def _place(info: CapInfo) -> tuple[float, float] | None:
    """Return the hazard's (latitude, longitude), or None if it is missing or invalid."""
    try:
        return point(dict(info.parameters).get(HAZARD_LOCATION, ""), HAZARD_LOCATION)
    except UnreadableError:
        return None


def _parameter(info: CapInfo, name: str) -> str:
    return _cut(dict(info.parameters).get(name, ""), MOST_PLACE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + _CUT
