"""CAP messages over HTTP: received, shown on boards, decided on, and read by administrators."""

from datetime import timedelta

from alerting.access.machines import MachineKind, issue_machine_token
from tests.support.cap_documents import SENDER, Area, Inbox, document, info, simple
from tests.support.city import CITY, FAR_TOWN, NEXT_VILLAGE, QIANFO, after
from tests.support.noted import reasons

HERE = "31.8,107.1 32,107.1 32,107.3 31.8,107.3 31.8,107.1"


async def test_response_has_the_outcome_and_the_reason(inbox: Inbox) -> None:
    answer = await inbox.taken(simple("Extreme"))
    assert answer == {
        "id": 1,
        "outcome": "alerted",
        "reason": "by_rule",
        "why": "a rule of the policy applies to it",
        "detail": "",
        "alert": 1,
    }
    repeat = simple("Extreme")
    await inbox.taken(repeat)
    assert (await inbox.taken(repeat))["outcome"] == "duplicate"


async def test_refusal_names_the_element_and_what_to_change(inbox: Inbox) -> None:
    status, body = await inbox.post(simple(sent="2026-08-29T05:10:00Z"))
    assert (status, body["code"]) == (422, "invalid")
    assert body["detail"].startswith("alert/sent: '2026-08-29T05:10:00Z' is no time; write a time")
    for raw in (b"", b"{}", b"\xff", b"<!DOCTYPE a><alert/>"):
        status, body = await inbox.post(raw)
        assert (status, body["detail"].partition(":")[0]) == (422, "document")


async def test_charset_of_the_content_type_is_used(inbox: Inbox) -> None:
    raw = simple().partition("?>")[2].encode("gb18030")
    for content_type, expected in (
        ('application/cap+xml; charset="GB18030"', 200),
        ("text/xml; charset=gb18030; x=y", 200),
        ("text/xml; charset=", 422),
        ("text/xml", 422),
        ("text/xml; charset=klingon", 422),
    ):
        status, _ = await inbox.post(raw, content_type=content_type)
        assert status == expected, content_type
        raw = raw.replace(b"</alert>", b" </alert>")


async def test_body_of_ten_megabytes_is_refused(inbox: Inbox) -> None:
    status, body = await inbox.post(b"<a>" + b" " * (10 << 20) + b"</a>")
    assert (status, body["code"]) == (413, "too_large")
    large = simple().replace("</alert>", "<!-- -->" * 100_000 + "</alert>")
    assert (await inbox.post(large))[0] == 200


async def test_notes_are_shown_on_boards_of_the_covered_divisions(inbox: Inbox) -> None:
    await inbox.taken(document(info(Area((NEXT_VILLAGE,)), event="one")))
    await inbox.taken(document(info(Area((FAR_TOWN,)), event="two")))
    await inbox.taken(document(info(Area((CITY,)), event="three")))
    await inbox.taken(document(info(Area(polygons=(HERE,)), event="four")))
    seen = {
        caller: [note["message"]["event"] for note in await inbox.notes(caller)]
        for caller in ("city-duty", "commander", "far-commander", "grid", "next-grid")
    }
    assert seen == {
        "city-duty": ["four", "three", "two", "one"],
        "commander": ["four", "three", "one"],
        "far-commander": ["three", "two"],
        "grid": ["four", "three"],
        "next-grid": ["four", "three", "one"],
    }


async def test_note_has_the_senders_texts_unchanged(inbox: Inbox) -> None:
    markup = "<headline>&lt;script&gt;alert(1)&lt;/script&gt;</headline>"
    await inbox.taken(document(info(Area((QIANFO,), description="&lt;b&gt;"), more=markup)))
    (note,) = await inbox.notes()
    summary = note["message"]
    assert (summary["headline"], summary["places"]) == ("<script>alert(1)</script>", "<b>")
    assert (summary["sender"], summary["severity"], note["divisions"]) == (
        SENDER,
        "Minor",
        [QIANFO],
    )
    assert (note["state"], note["approval"], note["allowed_actions"], note["households"]) == (
        "noted",
        None,
        [],
        None,
    )


async def test_officer_raises_a_proposal(inbox: Inbox) -> None:
    service = inbox.service
    await inbox.taken(simple("Severe"))
    (seen,) = await inbox.notes("grid")
    assert (seen["approval"], reasons(seen), seen["state"]) == (1, {"not_this_role"}, "waiting")
    (note,) = await inbox.notes()
    assert (reasons(note), note["asked"], note["households"]) == ({None}, QIANFO[:9], 10)
    assert note["people"] == 25
    assert (await service.get("/api/alerts", "commander"))[1] == []
    assert (await service.get("/api/alerts/1", "commander"))[0] == 404
    status, decided = await service.post("/api/approvals/1/approve", "commander")
    assert (status, decided["reached"]["households"], decided["cause"]) == (
        200,
        10,
        "proposed_alert",
    )
    (alert,) = (await service.get("/api/alerts", "commander"))[1]
    assert (alert["state"], alert["raised_by"], alert["event"]) == ("open", "commander", "山体滑坡")
    (note,) = await inbox.notes()
    assert (note["state"], note["alert"], reasons(note)) == ("approved", 1, {"not_in_this_state"})


async def test_officer_declines_a_proposal(inbox: Inbox) -> None:
    await inbox.taken(simple("Severe"))
    status, decided = await inbox.service.post("/api/approvals/1/decline", "commander")
    assert (status, decided["state"], decided["reached"]) == (200, "declined", None)
    (note,) = await inbox.notes()
    assert (note["state"], note["alert"]) == ("declined", 1)
    status, _ = await inbox.service.post("/api/approvals/1/approve", "commander")
    assert status == 409


async def test_only_administrators_read_all_incoming_documents(inbox: Inbox) -> None:
    service, message = inbox.service, simple(status="Test")
    await inbox.taken(message)
    await inbox.post(b"<x/>", "university")
    status, found = await service.get("/api/cap/messages", "administrator")
    assert (status, [each["outcome"] for each in found]) == (200, ["refused", "ignored"])
    assert (found[0]["summary"], found[0]["source"]) == (None, "university")
    assert (found[1]["reason"], found[1]["summary"]["status"]) == ("status_test", "Test")
    assert found[1]["why"] == "its status is Test: recipients disregard it"
    _, found = await service.get("/api/cap/messages", "administrator", before="2")
    assert [each["id"] for each in found] == [1]
    for path in ("messages", "messages/1/raw", "sources"):
        assert (await service.get(f"/api/cap/{path}", "city-duty"))[0] == 403


async def test_original_bytes_of_a_document_can_be_downloaded(inbox: Inbox) -> None:
    raw, service = simple().encode("utf-16"), inbox.service
    await inbox.taken(raw)
    headers = {"Authorization": f"Bearer {service.tokens['administrator']}"}
    url = f"{service.url}/api/cap/messages/1/raw"
    async with service.session.get(url, headers=headers) as answer:
        assert await answer.read() == raw
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="cap-1.xml"'
    assert (await service.get("/api/cap/messages/9/raw", "administrator"))[0] == 404


async def test_sources_are_listed_with_outcomes_and_polls(inbox: Inbox) -> None:
    await inbox.taken(simple())
    await inbox.taken(simple(status="Test"))
    status, found = await inbox.service.get("/api/cap/sources", "administrator")
    assert status == 200
    assert [each["name"] for each in found] == ["weather-bureau", "university"]
    assert found[0]["outcomes"] == {"ignored": 1, "noted": 1}
    assert (found[0]["url"], found[0]["polled_at"], found[0]["problem"]) == (None, None, "")


async def test_senders_of_the_policy_may_post_messages_and_nothing_else(inbox: Inbox) -> None:
    service = inbox.service
    for token in ("", "x", service.tokens["county-duty"]):
        status, body = await inbox.post(simple(), token)
        assert (status, body["code"]) == (401, "sign_in_required")
        assert "alerting cap token NAME" in body["detail"]
    for path in ("/api/alerts", "/api/notes", "/api/cap/messages"):
        assert (await service.get(path, inbox.tokens["university"]))[0] == 401
    kind, long = MachineKind.CAP_SENDER, timedelta(days=9_999)
    gone = await service.runtime.ledger.write(
        lambda tx: issue_machine_token(tx.connection, kind, "gone", after(0), long)
    )
    assert (await inbox.post(simple(), gone))[0] == 401
    status, _ = await inbox.post(simple(), "university")
    assert status == 200
