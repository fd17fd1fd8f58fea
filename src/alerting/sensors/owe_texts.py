"""Texts about a sensor's news, to the village's informants and the nearest officers on duty."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert

from alerting.cap.alert import Status
from alerting.deliveries.places import places_of
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.ledger.writer import Transaction
from alerting.messages.info import phrase_for
from alerting.messages.places import Places
from alerting.messages.text import (
    HOME_LANGUAGE,
    ComposedText,
    TextFacts,
    TextKind,
    compose,
    language_for,
    words_in,
)
from alerting.policy.policy import Policy
from alerting.policy.sensors import Sensor
from alerting.sensors.rules import News, SensorState, Told
from alerting.sensors.tables import sensor_texts
from contacts.directory import Officer
from contacts.division import covers, village_of
from contacts.duty.officers import nearest_on_duty
from contacts.people import Role

_KINDS: Final = {
    News.YELLOW: TextKind.SENSOR_YELLOW,
    News.SILENT: TextKind.SENSOR_SILENT,
    News.CLOCK_WRONG: TextKind.SENSOR_CLOCK_WRONG,
}
"""The kinds of news that have a text. For RED, the proposal or the alert is texted instead."""

_USEFUL_FOR: Final = timedelta(minutes=30)
"""How long after the news a text about it may be sent."""


@dataclass(frozen=True)
class Occasion:
    """The sensor that has news, and the time."""

    sensor: Sensor
    now: datetime
    is_drill: bool

    @property
    def status(self) -> Status:
        """The CAP status of texts and alerts about the news."""
        return Status.EXERCISE if self.is_drill else Status.ACTUAL


def owe_texts(
    transaction: Transaction, occasion: Occasion, state: SensorState, told: Told, note: int
) -> None:
    """Insert a text about the news for each of the sensor's readers, in this transaction."""
    connection, place = transaction.connection, occasion.sensor.place
    readers = readers_of(connection, place, occasion.now) if told.news in _KINDS else []
    if not readers:
        return
    places = places_of(connection, [place])
    bodies = {
        language: _compose(transaction.policy, occasion, state, told, places, language)
        for language in {language_for(each.language) for each in readers}
    }
    rows = [
        {
            "note": note,
            "officer": each.id,
            "kind": _KINDS[told.news],
            "language": language_for(each.language),
            "body": bodies[language_for(each.language)],
            "facts": json.dumps(bodies[language_for(each.language)].facts),
            "phones": " ".join(each.phones),
            "state": DeliveryState.QUEUED,
            "due_at": occasion.now,
            "expires_at": occasion.now + _USEFUL_FOR,
        }
        for each in readers
    ]
    connection.execute(insert(sensor_texts), rows)


def readers_of(connection: Connection, place: str, now: datetime) -> list[Officer]:
    """Return the village's informants and the nearest officers on duty, if they have a phone."""
    village = village_of(place)

    def watches(officer: Officer) -> bool:
        is_here = covers(village, officer.division)
        return is_here and officer.role is Role.INFORMANT and bool(officer.phones)

    def is_on_duty(officer: Officer) -> bool:
        return officer.role is not Role.INFORMANT and bool(officer.phones)

    return [
        *nearest_on_duty(connection, place, now, watches),
        *nearest_on_duty(connection, place, now, is_on_duty),
    ]


def _compose(
    policy: Policy,
    occasion: Occasion,
    state: SensorState,
    told: Told,
    places: Places,
    language: str,
) -> ComposedText:
    sensor, words = occasion.sensor, words_in(language).texts
    since = state.heard_at if told.news is News.SILENT else occasion.now
    value = state.value if told.value is None else told.value
    facts = TextFacts(
        status=occasion.status,
        issuer=policy.issuer.at(sensor.place),
        hazard=_hazard_in(language, sensor.hazard),
        place=places.own(sensor.place, language),
        time=f"{since.astimezone(policy.alert.zone):%H:%M}",
        measured=words["no_reading"] if value is None else f"{value:g} {sensor.unit}",
        listed=sensor.name,
    )
    return compose(_KINDS[told.news], language, facts)


def _hazard_in(language: str, hazard: str) -> str:
    """Return the hazard's name in a language, or the language's generic word for a hazard."""
    if language == HOME_LANGUAGE:
        return hazard
    phrase = phrase_for(hazard, language)
    return phrase.name if phrase else words_in(language).texts["generic_hazard"]
