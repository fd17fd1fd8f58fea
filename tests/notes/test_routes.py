"""Notes and proposals over HTTP: one list for CAP sources and sensors."""

from tests.support.cap_documents import simple
from tests.support.city import QIANFO
from tests.support.noted import Noted, reasons


async def test_one_list_holds_notes_of_senders_and_sensors(noted: Noted) -> None:
    await noted.station.read(31)
    await noted.inbox.taken(simple("Minor"))
    message, yellow = await noted.notes()
    assert (message["kind"], message["source"], message["state"]) == (
        "cap_sender",
        "weather-bureau",
        "noted",
    )
    assert (message["hazard"], message["message"]["severity"]) == ("山体滑坡", "Minor")
    assert (message["reading"], message["divisions"]) == (None, [QIANFO])
    assert (yellow["kind"], yellow["source"], yellow["state"]) == ("sensor", "gauge-1", "noted")
    assert yellow["reading"] == {"news": "yellow", "value": 31, "unit": "mm/h", "detail": ""}
    assert (yellow["hazard"], yellow["message"], yellow["place"]) == (
        "暴雨",
        None,
        message["place"],
    )
    assert yellow["allowed_actions"] == message["allowed_actions"] == []


async def test_waiting_proposals_come_first_with_allowed_actions(noted: Noted) -> None:
    await noted.station.read(55)
    await noted.inbox.taken(simple("Severe"))
    await noted.inbox.taken(simple("Minor"))
    listed = await noted.notes()
    assert [each["kind"] for each in listed] == ["cap_sender", "sensor", "cap_sender"]
    assert [each["state"] for each in listed] == ["waiting", "waiting", "noted"]
    for proposal in listed[:2]:
        assert reasons(proposal) == {None}
        assert (proposal["asked"], proposal["households"]) == (QIANFO[:9], 10)
        assert proposal["passes_at"] is not None
    expected = {"grid": {"not_this_role"}, "administrator": {"not_this_role"}, "city-duty": {None}}
    for caller, against in expected.items():
        assert [reasons(each) for each in (await noted.notes(caller))[:2]] == [against] * 2
    assert await noted.notes("far-commander") == []


async def test_decision_changes_the_state_of_the_note(noted: Noted) -> None:
    await noted.station.read(55)
    await noted.inbox.taken(simple("Severe"))
    message, red = await noted.notes()
    service = noted.service
    assert (await service.post(f"/api/approvals/{red['approval']}/approve", "commander"))[0] == 200
    path = f"/api/approvals/{message['approval']}/decline"
    assert (await service.post(path, "commander"))[0] == 200
    states = {each["kind"]: each for each in await noted.notes()}
    assert {kind: each["state"] for kind, each in states.items()} == {
        "cap_sender": "declined",
        "sensor": "approved",
    }
    for each in states.values():
        assert reasons(each) == {"not_in_this_state"}
        assert each["households"] is None
    assert states["sensor"]["alert"] == red["alert"]
