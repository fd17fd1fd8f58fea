from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerting.drill.gateway.store import Filters, Message, MessageLog, new_sid, rfc2822

DAWN = datetime(2022, 8, 29, 5, 0, 0, 250000, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def text(number: int, at: datetime = DAWN, sent_at: datetime | None = None) -> Message:
    return Message(
        sid=f"SM{number:032d}",
        account_sid="AC1",
        direction="outbound-api",
        to=f"+861000000000{number % 2}",
        from_="+8610000000100",
        body="Leave now",
        segments=2,
        status="queued",
        created_at=at,
        updated_at=at,
        sent_at=sent_at,
    )


def test_identifiers_are_unique_with_prefix_and_32_digits() -> None:
    sids = {new_sid("SM") for _ in range(1000)}
    assert len(sids) == 1000
    assert all(len(sid) == 34 and sid.startswith("SM") for sid in sids)


def test_dates_are_in_rfc_2822_format() -> None:
    assert rfc2822(DAWN) == "Mon, 29 Aug 2022 05:00:00 +0000"
    assert rfc2822(None) is None


def test_resource_has_the_providers_fields() -> None:
    shown = text(1).as_json()
    assert (shown["num_segments"], shown["num_media"], shown["price"]) == ("2", "0", None)
    assert (shown["from"], shown["date_sent"]) == ("+8610000000100", None)
    assert shown["uri"] == f"/2010-04-01/Accounts/AC1/Messages/{text(1).sid}.json"
    waiting = replace(text(1), status="accepted").as_json()
    assert (waiting["num_segments"], waiting["from"]) == ("0", None)


@pytest.mark.parametrize(
    ("filters", "admitted"),
    [
        (Filters(), True),
        (Filters(to="+8610000000001"), True),
        (Filters(to="+8610000000002"), False),
        (Filters(from_="+8610000000100"), True),
        (Filters(from_="+8610000000101"), False),
        (Filters(day=DAWN.date()), True),
        (Filters(day=DAWN.date() + timedelta(days=1)), False),
        (Filters(since=DAWN.replace(microsecond=0)), True),
        (Filters(since=DAWN.replace(microsecond=0) + SECOND), False),
        (Filters(until=DAWN.replace(microsecond=0)), True),
        (Filters(until=DAWN.replace(microsecond=0) - SECOND), False),
    ],
)
@pytest.mark.parametrize("sent", [False, True])
def test_date_filter_uses_creation_time_of_unsent_texts(
    filters: Filters, admitted: bool, sent: bool
) -> None:
    message = text(1, DAWN - timedelta(days=9), DAWN) if sent else text(1, DAWN)
    assert filters.admits(message) is admitted


@pytest.mark.parametrize("to", [None, "+8610000000001"])
def test_pages_hold_each_message_once_although_new_ones_arrive(to: str | None) -> None:
    log = MessageLog()
    for number in range(25):
        log.add(text(number))
    filters = Filters(to=to)
    expected = [each.sid for each in log if to in {None, each.to}][::-1]
    seen: list[str] = []
    after, more = None, True
    while more:
        page, more = log.page(filters, after, 4)
        log.add(text(100 + len(seen)))
        seen += [each.sid for each in page]
        after = page[-1].sid
    assert seen == expected


def test_messages_are_found_by_identifier_and_number() -> None:
    log = MessageLog()
    log.add(text(1))
    log.add(text(3))
    found = log.get(text(3).sid)
    assert found is not None
    assert found.sid == text(3).sid
    assert log.get("SM0") is None
    assert [each.sid for each in log.sent_to("+8610000000001")] == [text(1).sid, text(3).sid]
    assert log.sent_to("+8610000000009") == []
