"""Journal sentences for the important entries of the alert's log."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from alerting.drill.city.roster import City

Json = Mapping[str, Any]

_NAMED: Final = 3

_PROPOSED: Final = "proposed_alert"
"""The `cause` of a request to approve a whole alert."""

_OUTCOMES: Final = {
    "approval.approved": "is approved",
    "approval.declined": "is declined",
    "approval.lapsed": "has lapsed",
}

_OFFICES: Final = {
    "duty": "duty officer",
    "deputy": "deputy",
    "commander": "commander",
    "grid": "grid officer",
    "informant": "informant",
}


def words_for(event: Json, city: City) -> str | None:
    """Return the journal sentence for a log entry; None if its kind has no sentence."""
    tell = _WORDS.get(event["kind"])
    return None if tell is None else tell(event, city)


def _not_woken(event: Json, city: City) -> str:
    place = event["subject"].rpartition("-")[2]
    told = event["payload"]["told"]
    above = "nobody is above"
    if told:
        offices = ", ".join(map(_office, told))
        above = f"told: {offices} of {city.name(told[0].rpartition('-')[2])}"
    return f"{city.name(place)}: the {_office(event['subject'])} could not be woken; {above}"


def _office(officer: str) -> str:
    return _OFFICES[officer.partition("-")[0]]


def _dark(event: Json, city: City) -> str:
    return f"{city.name(event['division'])}: the village is dark, its doors are knocked on at once"


def _provider_down(event: Json, _city: City) -> str:
    return (
        f"the provider {event['payload']['provider']} is down; another one sends, if there is one"
    )


def _provider_up(event: Json, _city: City) -> str:
    return f"the provider {event['payload']['provider']} works again"


def _asked(event: Json, city: City) -> str:
    places = event["payload"]["divisions"]
    named = "、".join(map(city.name, places[:_NAMED]))
    rest = "..." if len(places) > _NAMED else ""
    who = city.name(event["payload"]["asked"])
    if event["payload"]["cause"] == _PROPOSED:
        return f"an alert for {named}{rest} is proposed, and waits for the word of {who}"
    return f"{len(places)} places more wait for the word of {who}: {named}{rest}"


def _passed_on(event: Json, city: City) -> str:
    return f"nobody has decided on more places: {city.name(event['payload']['asked'])} is asked"


def _settled(event: Json, _city: City) -> str:
    return f"the proposal {_OUTCOMES[event['kind']]}"


def _roll_called(event: Json, _city: City) -> str:
    payload = event["payload"]
    return (
        f"roll-call {payload['number']}: {payload['households']:,} households, "
        f"{payload['people']:,} people are asked again; {payload['by_phone']:,} households by text"
    )


def _roll_ended(event: Json, _city: City) -> str:
    payload = event["payload"]
    return (
        f"roll-call {payload['number']} ends: {payload['answered']:,} households have answered, "
        f"{payload['missed']:,} have missed it"
    )


def _reopened(event: Json, _city: City) -> str:
    reasons = event["payload"]["reasons"]
    why = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in reasons.items())
    return f"the alert is open again: {why}"


_WORDS: Final[Mapping[str, Callable[[Json, City], str]]] = {
    "officer.not_woken": _not_woken,
    "village.dark": _dark,
    "provider.down": _provider_down,
    "provider.up": _provider_up,
    "approval.asked": _asked,
    "approval.passed_on": _passed_on,
    **dict.fromkeys(_OUTCOMES, _settled),
    "roll_call.called": _roll_called,
    "roll_call.ended": _roll_ended,
    "alert.reopened": _reopened,
}
