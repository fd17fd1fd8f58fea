from dataclasses import replace
from datetime import UTC, datetime

from alerting.drill.gateway.calls import EVENT_OF_STATUS, FINAL_STATUSES, Call, Detection, Script

DAWN = datetime(2022, 8, 29, 5, tzinfo=UTC)
CALL = Call(
    sid="CA" + "0" * 32,
    account_sid="AC1",
    to="+8610000000001",
    from_="+8610000000100",
    script=Script(twiml="<Response/>"),
    timeout=60,
    detection=Detection(is_on=True),
    created_at=DAWN,
    updated_at=DAWN,
)


def test_every_final_status_is_reported_as_completed() -> None:
    assert {EVENT_OF_STATUS[status] for status in FINAL_STATUSES} == {"completed"}
    assert EVENT_OF_STATUS["in-progress"] == "answered"


def test_call_in_progress_has_no_duration() -> None:
    shown = CALL.as_json()
    assert (shown["status"], shown["duration"], shown["end_time"]) == ("queued", None, None)
    assert shown["uri"] == f"/2010-04-01/Accounts/AC1/Calls/{CALL.sid}.json"
    assert "AnsweredBy" not in CALL.form("ringing")


def test_ended_call_bills_each_started_minute() -> None:
    call = replace(CALL, seconds=61, answered_by="human", status="completed")
    form = call.progress_form("completed")
    assert (form["CallDuration"], form["Duration"], form["AnsweredBy"]) == ("61", "2", "human")
    assert form["Timestamp"] == "Mon, 29 Aug 2022 05:00:00 +0000"
    assert call.as_json()["duration"] == "61"


def test_progress_callbacks_are_numbered() -> None:
    call = replace(CALL)
    numbers = [call.progress_form(status)["SequenceNumber"] for status in ("initiated", "ringing")]
    assert numbers == ["0", "1"]
