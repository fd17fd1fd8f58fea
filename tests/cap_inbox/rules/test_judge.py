"""The first matching rule of the policy decides; some messages get a lower action."""

from datetime import timedelta
from typing import Any

import pytest

from alerting.cap_inbox.rules.judge import Judged, dismissed, infos_to_read, judge, still_valid
from alerting.cap_inbox.rules.message import CapMessage
from alerting.cap_inbox.rules.outcomes import Reason
from alerting.cap_inbox.rules.read import read_message
from alerting.policy.cap_sources import CapAction, CapRule
from tests.support.cap_documents import document, info
from tests.support.city import COUNTY, NOW, QIANFO, TOWN

CODE = "<eventCode><valueName>SAME</valueName><value>DSW</value></eventCode>"
LATER = "2026-08-29T23:00:00+08:00"


def message(*infos: str, **changes: str) -> CapMessage:
    return read_message(document(*infos, **{"status": "Actual"} | changes).encode())


def judged(said: CapMessage, *rules: dict[str, Any], divisions: tuple[str, ...] = ()) -> Judged:
    infos = [(each, divisions) for each in said.infos]
    return judge(said, infos, [CapRule.model_validate(rule) for rule in rules], NOW)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "Test"}, Reason.STATUS_TEST),
        ({"status": "System"}, Reason.STATUS_SYSTEM),
        ({"status": "Draft"}, Reason.STATUS_DRAFT),
        ({"msgType": "Ack"}, Reason.ACKNOWLEDGEMENT),
        ({"msgType": "Error"}, Reason.ERROR_REPORTED),
        ({"scope": "Private"}, Reason.PRIVATE),
        ({"scope": "Restricted"}, None),
        ({"status": "Exercise"}, None),
        ({}, None),
    ],
)
def test_header_dismisses_a_message(changes: dict[str, str], reason: Reason | None) -> None:
    assert dismissed(message(info(), **changes), is_drill=False) is reason


def test_message_without_info_is_dismissed_unless_a_cancel() -> None:
    assert dismissed(message(), is_drill=False) is Reason.NO_INFO
    cancel = message(msgType="Cancel", references=f"a,b,{LATER}")
    assert dismissed(cancel, is_drill=False) is None


def test_drill_accepts_only_exercises() -> None:
    assert dismissed(message(info()), is_drill=True) is Reason.ACTUAL_IN_A_DRILL
    assert dismissed(message(info(), status="Exercise"), is_drill=True) is None


@pytest.mark.parametrize(
    ("languages", "read"),
    [
        (("en-US", "zh-CN", "zh-TW"), ["zh-CN", "zh-TW"]),
        (("fr", "EN_us", "de"), ["EN_us"]),
        (("fr", "de", "fr-CA"), ["fr", "fr-CA"]),
        (("", "fr"), ["en-US"]),
        ((), []),
    ],
)
def test_info_blocks_of_one_language_are_read(languages: tuple[str, ...], read: list[str]) -> None:
    found = infos_to_read(message(*(info(language=each) for each in languages)))
    assert [each.language for each in found] == read


def test_expired_info_blocks_are_omitted() -> None:
    said = message(info(expires=LATER), info(expires=""), info(expires="2026-08-29T13:10:00+08:00"))
    soon, late = NOW + timedelta(seconds=1), NOW
    assert still_valid(said.infos, NOW, soon) == said.infos[:2]
    assert still_valid(said.infos, NOW, late) == said.infos[:1]


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"severity": ["Severe"]}, True),
        ({"severity": ["Extreme"]}, False),
        ({"certainty": ["Likely", "Observed"]}, True),
        ({"certainty": ["Possible"]}, False),
        ({"urgency": ["Immediate"]}, True),
        ({"urgency": ["Past"]}, False),
        ({"event": ["DEBRIS flow"]}, True),
        ({"event": ["dsw"]}, True),
        ({"event": ["flood"]}, False),
        ({"sender": ["weather@example.org"]}, True),
        ({"sender": ["other"]}, False),
        ({"area": [TOWN]}, True),
        ({"area": [QIANFO]}, False),
        ({"area": [QIANFO, f"{TOWN}209"]}, True),
    ],
)
def test_conditions_of_a_rule(rule: dict[str, Any], fits: bool) -> None:
    said = message(info(event="Debris Flow", event_codes=CODE, severity="Severe"))
    found = judged(said, {"do": "propose"} | rule, divisions=(QIANFO, f"{TOWN}209"))
    expected = (CapAction.PROPOSE, Reason.BY_RULE) if fits else (CapAction.NOTE, Reason.NO_RULE)
    assert (found.action, found.reason) == expected


def test_rule_for_an_area_does_not_match_a_message_without_divisions() -> None:
    assert judged(message(info()), {"do": "alert", "area": [COUNTY]}).action is CapAction.NOTE


def test_first_matching_rule_decides() -> None:
    rules = ({"do": "note", "event": ["山体滑坡"]}, {"do": "alert"})
    assert judged(message(info()), *rules).action is CapAction.NOTE


def test_strongest_action_of_all_info_blocks_is_taken() -> None:
    said = message(
        info(severity="Minor", event="wind"),
        info(severity="Severe", event="flood"),
        info(severity="Extreme", event="slide"),
        info(severity="Extreme", event="flood"),
    )
    found = judged(
        said,
        {"do": "alert", "event": ["flood", "slide"]},
        {"do": "propose"},
    )
    assert found.action is CapAction.ALERT
    # The most severe info block decides the event of the alert; other events are only noted.
    assert [(each.event, each.severity) for each in found.infos] == [("slide", "Extreme")]


@pytest.mark.parametrize(
    ("changes", "of_info", "rule", "action", "reason"),
    [
        ({"status": "Exercise"}, {}, {}, CapAction.NOTE, Reason.EXERCISE),
        ({"status": "Exercise"}, {}, {"exercises": True}, CapAction.ALERT, Reason.BY_RULE),
        ({}, {"responseType": "AllClear"}, {}, CapAction.NOTE, Reason.ALL_CLEAR),
        ({}, {"responseType": "AllClear"}, {"do": "note"}, CapAction.NOTE, Reason.ALL_CLEAR),
        ({}, {"responseType": "Shelter"}, {}, CapAction.PROPOSE, Reason.OTHER_RESPONSE),
        ({}, {"responseType": "Monitor"}, {"do": "note"}, CapAction.NOTE, Reason.BY_RULE),
        ({}, {"responseType": "Execute"}, {}, CapAction.ALERT, Reason.BY_RULE),
        (
            {"scope": "Restricted", "status": "Exercise"},
            {},
            {"exercises": True},
            CapAction.ALERT,
            Reason.BY_RULE,
        ),
        ({"scope": "Restricted"}, {}, {}, CapAction.NOTE, Reason.RESTRICTED),
        ({}, {"effective": LATER}, {}, CapAction.PROPOSE, Reason.NOT_YET_EFFECTIVE),
        ({}, {"effective": "2026-08-29T13:10:00+08:00"}, {}, CapAction.ALERT, Reason.BY_RULE),
    ],
)
def test_action_is_lowered_for_some_messages(
    changes: dict[str, str],
    of_info: dict[str, str],
    rule: dict[str, Any],
    action: CapAction,
    reason: Reason,
) -> None:
    found = judged(message(info(**of_info), **changes), {"do": "alert"} | rule)
    assert (found.action, found.reason) == (action, reason)
