"""The actions that an officer may take on an alert, and that the verbs agree."""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import update

from alerting.alerts.rules import ActedOn, Acting, AlertAction, NotAllowed, against
from alerting.cap.lifecycle import AlertState
from alerting.ledger.tables import alerts
from alerting.runtime import wall_clock
from contacts.people import Role
from tests.support.city import FAR_TOWN, NOW, QIANFO, TOWN
from tests.support.running import Running

COMMANDER: Final = Acting("commander", Role.TOWN_COMMANDER, TOWN)
INFORMANT: Final = Acting("informant", Role.INFORMANT, QIANFO)


def acted_on(**changes: Any) -> ActedOn:
    facts = {
        "state": AlertState.OPEN,
        "expires": NOW + timedelta(hours=1),
        "divisions": (QIANFO,),
        "raised_by": "grid",
    }
    return ActedOn(**facts | changes)


def allowed(by: Acting, alert: ActedOn, now: datetime = NOW) -> set[str]:
    return {action for action in AlertAction if against(action, by, alert, now) is None}


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (
            AlertState.OPEN,
            {"send_again", "doors", "widen", "visitors", "roll_call", "close", "update", "cancel"},
        ),
        (
            AlertState.CLOSED,
            {"doors", "visitors", "roll_call", "all_clear", "update", "cancel"},
        ),
        (AlertState.EXPIRED, {"doors", "visitors", "close"}),
        (AlertState.ALL_CLEAR, set()),
        (AlertState.CANCELLED, set()),
    ],
)
def test_allowed_actions_of_a_commander_by_alert_state(
    state: AlertState, actions: set[str]
) -> None:
    assert allowed(COMMANDER, acted_on(state=state)) == actions


@pytest.mark.parametrize(
    ("by", "actions"),
    [
        (Acting("grid", Role.GRID_OFFICER, QIANFO), {"widen", "visitors", "update", "cancel"}),
        (INFORMANT, {"widen", "visitors"}),
        (Acting("administrator", Role.ADMINISTRATOR, "5119"), set()),
    ],
)
def test_allowed_actions_by_role(by: Acting, actions: set[str]) -> None:
    assert allowed(by, acted_on()) == actions


@pytest.mark.parametrize(
    ("by", "action", "changes", "reason"),
    [
        (INFORMANT, AlertAction.CANCEL, {}, NotAllowed.NOT_YOURS),
        (INFORMANT, AlertAction.CANCEL, {"raised_by": "informant"}, None),
        (
            COMMANDER,
            AlertAction.CLOSE,
            {"divisions": (QIANFO, FAR_TOWN)},
            NotAllowed.NOT_THIS_PLACE,
        ),
        (COMMANDER, AlertAction.SEND_AGAIN, {"divisions": (QIANFO, FAR_TOWN)}, None),
        (COMMANDER, AlertAction.SEND_AGAIN, {"expires": NOW}, NotAllowed.EXPIRED),
        (COMMANDER, AlertAction.CLOSE, {"expires": NOW}, None),
        (
            COMMANDER,
            AlertAction.CLOSE,
            {"state": AlertState.CLOSED},
            NotAllowed.NOT_IN_THIS_STATE,
        ),
    ],
)
def test_forbidden_action_has_its_reason(
    by: Acting, action: AlertAction, changes: dict[str, Any], reason: NotAllowed | None
) -> None:
    assert against(action, by, acted_on(**changes), NOW) is reason


VERBS: Final[dict[str, tuple[str, dict[str, Any] | None]]] = {
    "send_again": ("send-again", {"division": QIANFO}),
    "doors": ("doors", {"division": QIANFO}),
    "widen": ("widen", {"area": {"divisions": [QIANFO]}}),
    "visitors": (
        "visitors",
        {"division": QIANFO, "name": "客人", "people": 1, "report": "evacuated"},
    ),
    "roll_call": ("roll-calls", None),
    "close": ("close", None),
    "all_clear": ("all-clear", None),
    "update": ("update", {"assembly_point": "镇中学"}),
    "cancel": ("cancel", {"reason": "误报"}),
}
FORBIDDEN: Final = {"not_this_role", "not_yours", "not_this_place"}
LATER: Final = ("zero-unaccounted", "is running", "nothing would change")
"""Texts of refusals that the rules do not predict."""


SENDING_STATES: Final = {AlertState.OPEN, AlertState.CLOSED}
"""States in which an action may send texts, so that the expiry matters too."""


@pytest.mark.parametrize("state", AlertState)
async def test_verbs_agree_with_the_rules(service: Running, state: AlertState) -> None:
    alert = (await service.raised("grid", QIANFO))["id"]
    for is_expired in (False, True) if state in SENDING_STATES else (state is AlertState.EXPIRED,):
        expires = wall_clock() + timedelta(days=-1 if is_expired else 365)
        row = update(alerts).values(state=state, expires=expires)
        for caller in ("informant", "grid", "commander", "county-duty", "administrator"):
            told: dict[str, Any] = {}
            for action, (path, body) in VERBS.items():
                if not told:
                    await service.change(row)
                    _, seen = await service.get(f"/api/alerts/{alert}", caller)
                    told = {each["action"]: each for each in seen["allowed_actions"]}
                status, said = await service.post(f"/api/alerts/{alert}/{path}", caller, body)
                agrees(told[action], status, said)
                if status < 300:
                    # The action changed the alert, so reset it and read the permissions again.
                    told = {}


def agrees(told: dict[str, Any], status: int, said: Any) -> None:
    """Check that a verb's answer agrees with the permission that the rules gave."""
    if told["allowed"]:
        is_later = status in {409, 422} and any(each in said["detail"] for each in LATER)
        assert told["reason"] is None
        assert status < 300 or is_later, (told, said)
    else:
        assert status == (403 if told["reason"] in FORBIDDEN else 409), (told, said)
