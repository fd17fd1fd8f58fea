"""Routes of the household's page: it opens by the link in a text, and takes answers by a tap."""

import asyncio
import re
from datetime import datetime
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, links
from alerting.deliveries.texts import tokens_of
from alerting.ledger.tables import alerts
from alerting.roll.tables import evidence, roll
from contacts.tables import DIVISIONS, HOUSEHOLDS
from tests.support.city import QIANFO, household_code, household_phone, officer_phone
from tests.support.gateway import Gateway
from tests.support.running import Running, running_service

HOME: Final = household_code(QIANFO, 3)
SPEAKS_ENGLISH: Final = household_code(QIANFO, 7)
ROOM_FOR_A_LINK: Final = {"event": "滑坡", "assembly_point": "村小学操场" * 6}
"""Wording that makes the Chinese text two segments long, with room for a link in the second."""


class Answered:
    """An HTTP response with its page."""

    def __init__(self, status: int, headers: Any, text: str) -> None:
        self.status, self.headers, self.text = status, headers, text

    def field(self, name: str) -> str:
        """Return the initial value of a form field."""
        found = re.search(f'name="{name}"[^>]*value="([^"]*)"', self.text)
        assert found
        return found[1]


async def opened(service: Running, path: str, **headers: str) -> Answered:
    async with service.session.get(f"{service.url}/h/{path}", headers=headers) as answer:
        return Answered(answer.status, answer.headers, await answer.text())


async def tapped(service: Running, path: str, **fields: str) -> Answered:
    """Post a form without following the redirect."""
    async with service.session.post(
        f"{service.url}/h/{path}", data=fields, allow_redirects=False
    ) as answer:
        return Answered(answer.status, answer.headers, await answer.text())


async def link_to(service: Running, household: str = HOME, alert: int = 1) -> str:
    key = alert, household
    return (await service.runtime.ledger.write(lambda tx: tokens_of(tx.connection, {key})))[key]


@pytest.fixture
async def token(service: Running) -> str:
    """Raise an alert; return the token of a household's link."""
    await service.raised("informant", QIANFO)
    return await link_to(service)


def standings(service: Running) -> dict[str, str]:
    known = roll.c.standing != "unaccounted"
    return dict(service.rows(select(roll.c.household, roll.c.standing).where(known)))


@pytest.mark.sends
async def test_delivered_text_has_a_working_link(service: Running) -> None:
    await service.raised("informant", QIANFO, **ROOM_FOR_A_LINK)
    told = select(deliveries.c.state).where(deliveries.c.channel == "sms")
    await service.until(told, lambda rows: {row.state for row in rows} == {"delivered"})
    texts = {text["to"]: text["body"] for text in service.gateway.taken(service.sender)}
    body = texts[household_phone(QIANFO, 3)]
    address = body.rpartition(" ")[2]
    assert address.startswith(f"{service.url}/h/")
    async with service.session.get(address) as answer:
        page = await answer.text()
    assert answer.status == 200
    assert "村小学操场" * 6 in page
    linked = [to for to, text in texts.items() if "/h/" in text]
    assert len({texts[to].rpartition("/")[2] for to in linked}) == len(linked) > 5
    kept = dict(service.rows(select(links.c.token, links.c.household)))
    assert kept[address.rpartition("/")[2]] == HOME


async def test_tap_is_recorded_and_shown(service: Running, token: str) -> None:
    page = await opened(service, token)
    assert page.status == 200
    fields = {name: page.field(name) for name in ("page", "people")}
    answer = await tapped(service, token, answer="1", **fields)
    assert (answer.status, answer.headers["Location"]) == (303, token)
    assert standings(service) == {HOME: "evacuated"}
    async with service.session.post(
        f"{service.url}/h/{token}", data={"answer": "1", **fields}
    ) as followed:
        assert "您家4人已全部撤离。" in await followed.text()
    assert len(service.rows(select(evidence.c.id))) == 1


async def test_concurrent_taps_are_recorded_once(service: Running, token: str) -> None:
    page = await opened(service, token)
    fields = {"answer": "4", "people": "4", "page": page.field("page")}
    answers = await asyncio.gather(*(tapped(service, token, **fields) for _ in range(5)))
    assert {answer.status for answer in answers} == {303}
    assert len(service.rows(select(evidence.c.id))) == 1


async def test_corrected_number_is_new_evidence(service: Running, token: str) -> None:
    for number, shown in (("2", "还差2人，在哪里"), ("4", "4人已全部撤离")):
        page = await opened(service, token)
        await tapped(service, token, answer="1", people=number, page=page.field("page"))
        assert shown in (await opened(service, token)).text
    assert len(service.rows(select(evidence.c.id))) == 2


async def test_tap_changes_only_the_links_own_household(service: Running, token: str) -> None:
    neighbour = await link_to(service, household_code(QIANFO, 4))
    await tapped(service, token, answer="2", people="4", household=household_code(QIANFO, 4))
    assert standings(service) == {HOME: "needs_help"}
    assert "求助收到" not in (await opened(service, neighbour)).text


async def test_page_names_the_officer_only_while_they_are_on_the_way(
    service: Running, token: str
) -> None:
    number = "+8613900000001"
    village = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO)
    await service.change(village.values(contact_phone=number))
    await tapped(service, token, answer="2")
    page = (await opened(service, token)).text
    assert "求助收到，已通知村里派人" in page
    assert "赶来" not in page
    assert f'<a href="tel:{number}">+86 139 0000 0001</a>' in page
    _, sent = await service.post(
        "/api/alerts/1/tasks", "commander", {"household": HOME, "officer": "grid"}
    )
    assert "赶来" not in (await opened(service, token)).text
    _, taken = await service.post(f"/api/tasks/{sent['id']}/take", "grid")
    since = datetime.fromisoformat(taken["taken_at"]).astimezone(service.runtime.policy.alert.zone)
    page = (await opened(service, token)).text
    assert f"officer grid正在赶来您家，{since:%H:%M}出发。" in page
    assert f'href="tel:{officer_phone("grid")}"' in page
    english = (await opened(service, f"{token}?lang=en")).text
    assert f"officer grid is coming to you, on the way since {since:%H:%M}." in english
    await service.post(f"/api/tasks/{sent['id']}/hand-on", "grid", {"officer": "commander"})
    assert "赶来" not in (await opened(service, token)).text


async def test_page_of_another_household_does_not_name_the_officer(
    service: Running, token: str
) -> None:
    body = {"household": HOME, "officer": "grid"}
    _, sent = await service.post("/api/alerts/1/tasks", "commander", body)
    await service.post(f"/api/tasks/{sent['id']}/take", "grid")
    assert "赶来" in (await opened(service, token)).text
    neighbour = await link_to(service, household_code(QIANFO, 4))
    assert "赶来" not in (await opened(service, neighbour)).text


async def test_page_uses_the_households_or_the_chosen_language(
    service: Running, token: str
) -> None:
    english = await link_to(service, SPEAKS_ENGLISH)
    assert '<html lang="zh-CN">' in (await opened(service, token)).text
    assert '<html lang="en-US">' in (await opened(service, english)).text
    assert '<html lang="en-US">' in (await opened(service, f"{token}?lang=en")).text
    assert '<html lang="zh-CN">' in (await opened(service, f"{token}?lang=xx")).text
    answer = await tapped(service, f"{token}?lang=en", answer="3")
    assert answer.headers["Location"] == f"{token}?lang=en"
    answer = await tapped(service, f"{token}?lang=%0d%0aX: y", answer="3")
    assert answer.headers["Location"] == token


async def test_unsupported_language_falls_back_to_chinese(service: Running) -> None:
    await service.change(update(HOUSEHOLDS).values(language="ii"))
    await service.raised("informant", QIANFO)
    assert '<html lang="zh-CN">' in (await opened(service, await link_to(service))).text


async def test_headers_prevent_caching_referrers_and_indexing(service: Running, token: str) -> None:
    for path in (token, "x" * 12):
        headers = (await opened(service, path)).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "script" not in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
    answer = await tapped(service, token, answer="1")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_page_is_under_5_kb_and_2500_bytes_compressed(service: Running, token: str) -> None:
    plain = await opened(service, token, **{"Accept-Encoding": "identity"})
    packed = await opened(service, token, **{"Accept-Encoding": "gzip"})
    assert int(plain.headers["Content-Length"]) < 5_000
    assert int(packed.headers["Content-Length"]) < 2_500
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "</form>" in packed.text


async def test_client_that_wants_json_gets_problem_details(service: Running, token: str) -> None:
    wanted = {"Accept": "application/json"}
    for path, fields, status, code in (
        ("unknown", None, 404, "not_found"),
        ("unknown", {"answer": "1"}, 404, "not_found"),
        (token, {"answer": "9"}, 422, "invalid"),
    ):
        method = "POST" if fields else "GET"
        async with service.session.request(
            method, f"{service.url}/h/{path}", data=fields, headers=wanted
        ) as answer:
            body = await answer.json(content_type="application/problem+json")
            assert (answer.status, body["status"], body["code"]) == (status, status, code)
    page = await opened(service, token, **wanted)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


async def test_unknown_link_explains_how_to_answer(
    service: Running, token: str, subtests: pytest.Subtests
) -> None:
    for path in ("x" * 12, "x", "..%00", "0" * 5000, "'%20OR%201=1", "é"):
        with subtests.test(path[:12]):
            for answer in (await opened(service, path), await tapped(service, path, answer="1")):
                assert answer.status == 404
                assert "回复：1全家已撤" in answer.text
                assert "1 all out" in answer.text
            assert standings(service) == {}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AlertState.CLOSED, "险情未解除，请勿返回"),
        (AlertState.EXPIRED, "险情未解除，请勿返回"),
        (AlertState.CANCELLED, "预警已取消，不用撤离"),
        (AlertState.ALL_CLEAR, "险情已解除，可以回家"),
    ],
)
async def test_page_says_that_the_alert_is_not_open_but_takes_a_call_for_help(
    service: Running, token: str, state: AlertState, words: str
) -> None:
    await service.change(update(alerts).values(state=state))
    assert words in (await opened(service, token)).text
    assert (await tapped(service, token, answer="2")).status == 303
    assert standings(service) == {HOME: "needs_help"}


INVALID_ANSWERS = [
    {"answer": "1", "people": "0"},
    {"answer": "1", "people": "-1"},
    {"answer": "4", "people": "five"},
    {"answer": "1", "people": "9" * 5000},
    {"answer": "9", "people": "4"},
    dict[str, str](),
]


async def test_page_asks_again_after_an_invalid_answer(
    service: Running, token: str, subtests: pytest.Subtests
) -> None:
    for fields in INVALID_ANSWERS:
        with subtests.test(str(fields)[:40]):
            answer = await tapped(service, token, **fields)
            assert answer.status == 422
            assert "请填人数（1到30）" in answer.text
            assert "</form>" in answer.text
            assert standings(service) == {}


async def test_call_for_help_is_taken_without_a_valid_number(
    service: Running, token: str, subtests: pytest.Subtests
) -> None:
    for number, people in enumerate(("", "0", "abc", "-5"), start=3):
        home = household_code(QIANFO, number)
        with subtests.test(people):
            link = await link_to(service, home)
            assert (await tapped(service, link, answer="2", people=people)).status == 303
            assert standings(service)[home] == "needs_help"


async def test_get_request_records_no_answer(service: Running, token: str) -> None:
    """Phones and spam filters open links before anybody reads them."""
    for path in (token, f"{token}?answer=1&people=4"):
        await opened(service, path)
    assert standings(service) == {}


async def test_page_says_that_an_answer_was_not_recorded(
    database_url: str, gateway: Gateway
) -> None:
    async with running_service(database_url, gateway, loops="api") as service:
        await service.raised("informant", QIANFO)
        token = await link_to(service)
        await service.runtime.ledger.close()
        answer = await tapped(service, token, answer="1")
        assert answer.status == 503
        assert "什么都没有记下" in answer.text
        assert "1 all out" in answer.text
        assert (await opened(service, token)).status == 200


async def test_page_that_cannot_be_read_explains_how_to_answer(
    service: Running, token: str
) -> None:
    with service.runtime.database.writer.begin() as connection:
        links.drop(connection)
    try:
        answer = await opened(service, token)
    finally:
        with service.runtime.database.writer.begin() as connection:
            links.create(connection)
    assert answer.status == 503
    assert "Please answer by text" in answer.text
