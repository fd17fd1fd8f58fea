"""Inserts alerts directly into their table, for tests that do not raise them."""

from typing import Final

from sqlalchemy import Connection

from alerting.cap.alert import AlertRequest
from alerting.ledger.alerts import insert_alert, insert_areas
from alerting.roll.enrol import enrol
from alerting.roll.tallies import add_joined
from contacts.directory import households_in
from tests.support.city import NOW, POLICY, QIANFO, after, found_city

REQUEST: Final = AlertRequest.model_validate(
    {
        "status": "Exercise",
        "event": "滑坡",
        "description": "后山裂缝变宽",
        "instruction": "立即撤离",
        "area": {"divisions": [QIANFO]},
        "assembly_point": "村小学",
    }
)


def stored_alert(connection: Connection, number: int = 27) -> int:
    """Insert an open alert for Qianfo with an empty log, and return its id."""
    alert = insert_alert(
        connection,
        {
            "identifier": f"test-{number}",
            "number": number,
            "status": REQUEST.status,
            "state": "open",
            "origin": QIANFO,
            "sent": NOW,
            "expires": after(86_400),
            "request": REQUEST.model_dump_json(),
            "request_hash": "",
            "raised_by": "informant",
            "idempotency_key": f"key-{number}",
            "last_seq": 0,
        },
    ).id
    insert_areas(connection, alert, [QIANFO], 0)
    return alert


def enrolled_city(connection: Connection, *divisions: str) -> None:
    """Create the tests' city, and put the households of these divisions on the roll of alert 1."""
    found_city(connection)
    stored_alert(connection)
    enrol(connection, 1, 1, households_in(divisions), POLICY.household, NOW)
    add_joined(connection, 1, 1)
