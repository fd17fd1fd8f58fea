"""Every kind of event has one typed payload, and only the enum spells out a kind's name."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel

from alerting.drill.progress import log_counts, log_entries
from alerting.ledger.events.households import HouseholdAsked, HouseholdsReminded, TextUnclear
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.officers import TaskOpened
from alerting.ledger.events.payload import Payload
from alerting.ledger.events.registry import OMITTED_FROM_LOG, PAYLOADS, Event
from alerting.policy.sections import Channel
from tests.support.city import NOW, QIANFO

SOURCE: Final = Path(__file__).parents[3] / "src/alerting"
MAY_NAME_KINDS: Final = {"drill", "migrations", "web"}
"""Folders that may spell out kinds, because they cannot or must not import the enum."""


def test_kinds_and_payload_classes_match_one_to_one() -> None:
    assert set(PAYLOADS) == set(EventKind)
    assert len(set(PAYLOADS.values())) == len(EventKind)
    assert all(payload.kind is kind for kind, payload in PAYLOADS.items())


def test_payload_classes_and_fields_are_documented() -> None:
    for payload in PAYLOADS.values():
        assert vars(payload).get("__doc__"), payload
        for name, field in payload.model_fields.items():
            assert field.description, (payload, name)


def test_payload_fields_are_typed() -> None:
    for payload in PAYLOADS.values():
        for name, field in payload.model_fields.items():
            parts = set(_parts(field.annotation))
            assert not parts & {Any, object, dict}, (payload, name)


def _parts(annotation: object) -> Iterator[object]:
    """Yield every bare type inside an annotation, including the types of models' fields."""
    arguments = get_args(annotation)
    if not arguments:
        yield annotation
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        for field in annotation.model_fields.values():
            yield from _parts(field.annotation)
    for argument in arguments:
        yield from _parts(argument)


def _literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_only_the_enum_spells_out_kinds() -> None:
    modules = [
        path
        for path in SOURCE.rglob("*.py")
        if path.relative_to(SOURCE).parts[0] not in MAY_NAME_KINDS
        and path != SOURCE / "ledger/events/kinds.py"
    ]
    found = {(str(path), text) for path in modules for text in _literals(path)}
    assert {(path, text) for path, text in found if text in set(EventKind)} == set()


def test_kinds_named_in_the_drill_exist() -> None:
    assert (log_entries._WORDS.keys() | log_counts._NOTES.keys()) - set(EventKind) == set()


def test_log_page_omits_evidence_deliveries_and_reductions() -> None:
    assert {str(kind) for kind in OMITTED_FROM_LOG} == {
        "evidence.given",
        "deliveries.attempted",
        "deliveries.receipted",
        "deliveries.expired",
        "groups.attempted",
        "log.reduced",
    }


NOBODY: Final = frozenset[str]()


def event(payload: Payload, subject: str) -> Event:
    return Event(1, 1, NOW, payload.kind, QIANFO, subject, payload.written())


def test_entry_tells_officer_ids_from_household_ids() -> None:
    opened = event(TaskOpened(officer="grid", cause="silent"), "5119")
    assert opened.mentioned() == (frozenset({"grid"}), frozenset({"5119"}))
    asked = event(HouseholdAsked(channel=Channel.SMS, by="commander"), "5119")
    assert asked.mentioned() == (frozenset({"commander"}), frozenset({"5119"}))
    assert event(HouseholdsReminded(sms=3), "grid").mentioned() == (frozenset({"grid"}), NOBODY)


def test_sender_of_a_text_may_be_officer_or_household() -> None:
    unclear = event(TextUnclear(provider_id="SM1", reason="unclear"), "5119")
    assert unclear.mentioned() == (frozenset({"5119"}), frozenset({"5119"}))


def test_empty_subject_mentions_nobody() -> None:
    assert event(TaskOpened(officer=None, cause="silent"), "").mentioned() == (NOBODY, NOBODY)


def test_unknown_kind_mentions_nobody() -> None:
    newer = Event(1, 1, NOW, "moon.risen", QIANFO, "grid", '{"by": "grid"}')
    assert newer.mentioned() == (NOBODY, NOBODY)
