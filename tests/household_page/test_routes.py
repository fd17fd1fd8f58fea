"""The household's page over HTTP: opened by the link in its text, answered by one tap."""

import asyncio
import re
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, links
from alerting.deliveries.texts import tokens_of
from alerting.ledger.tables import alerts
from alerting.roll.tables import evidence, roll
from contacts.tables import HOUSEHOLDS
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.gateway import Gateway
from tests.support.running import Running, running_service

HOME: Final = household_code(QIANFO, 3)
SPEAKS_ENGLISH: Final = household_code(QIANFO, 7)
ROOM_FOR_A_LINK: Final = {"event": "滑坡", "assembly_point": "村小学操场" * 6}
"""The Chinese text then takes two segments, and a link costs no third."""


class Answered:
    """What came back from a page."""

    def __init__(self, status: int, headers: Any, text: str) -> None:
        self.status, self.headers, self.text = status, headers, text

    def field(self, name: str) -> str:
        """The value that a field of the form comes with."""
        found = re.search(f'name="{name}"[^>]*value="([^"]*)"', self.text)
        assert found
        return found[1]


async def opened(service: Running, path: str, **headers: str) -> Answered:
    async with service.session.get(f"{service.url}/h/{path}", headers=headers) as answer:
        return Answered(answer.status, answer.headers, await answer.text())


async def tapped(service: Running, path: str, **fields: str) -> Answered:
    """Post a form, and do not follow where it leads."""
    async with service.session.post(
        f"{service.url}/h/{path}", data=fields, allow_redirects=False
    ) as answer:
        return Answered(answer.status, answer.headers, await answer.text())


async def link_to(service: Running, household: str = HOME, alert: int = 1) -> str:
    key = alert, household
    return (await service.runtime.ledger.write(lambda tx: tokens_of(tx.connection, {key})))[key]


@pytest.fixture
async def token(service: Running) -> str:
    """The link of a household on an open alert."""
    await service.raised("informant", QIANFO)
    return await link_to(service)


def standings(service: Running) -> dict[str, str]:
    known = roll.c.standing != "unaccounted"
    return dict(service.rows(select(roll.c.household, roll.c.standing).where(known)))


async def test_the_text_that_arrives_carries_the_link_and_it_opens(service: Running) -> None:
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


async def test_a_tap_is_recorded_and_shown(service: Running, token: str) -> None:
    page = await opened(service, token)
    assert page.status == 200
    fields = {name: page.field(name) for name in ("page", "people")}
    answer = await tapped(service, token, answer="1", **fields)
    assert (answer.status, answer.headers["Location"]) == (303, token)
    assert standings(service) == {HOME: "evacuated"}
    async with service.session.post(
        f"{service.url}/h/{token}", data={"answer": "1", **fields}
    ) as followed:
        assert "您家已登记：4人全部转移。" in await followed.text()
    assert len(service.rows(select(evidence.c.id))) == 1


async def test_two_taps_at_once_are_one(service: Running, token: str) -> None:
    page = await opened(service, token)
    fields = {"answer": "4", "people": "4", "page": page.field("page")}
    answers = await asyncio.gather(*(tapped(service, token, **fields) for _ in range(5)))
    assert {answer.status for answer in answers} == {303}
    assert len(service.rows(select(evidence.c.id))) == 1


async def test_a_correction_is_another_word(service: Running, token: str) -> None:
    for number, shown in (("2", "还有2人在哪里"), ("4", "4人全部转移")):
        page = await opened(service, token)
        await tapped(service, token, answer="1", people=number, page=page.field("page"))
        assert shown in (await opened(service, token)).text
    assert len(service.rows(select(evidence.c.id))) == 2


async def test_no_link_touches_another_household(service: Running, token: str) -> None:
    neighbour = await link_to(service, household_code(QIANFO, 4))
    await tapped(service, token, answer="2", people="4", household=household_code(QIANFO, 4))
    assert standings(service) == {HOME: "needs_help"}
    assert "求助已登记" not in (await opened(service, neighbour)).text


async def test_each_reads_it_in_their_own_language_or_the_other(
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


async def test_who_speaks_what_nobody_wrote_down_reads_chinese(service: Running) -> None:
    await service.change(update(HOUSEHOLDS).values(language="ii"))
    await service.raised("informant", QIANFO)
    assert '<html lang="zh-CN">' in (await opened(service, await link_to(service))).text


async def test_it_stays_between_the_household_and_us(service: Running, token: str) -> None:
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


async def test_a_poor_network_carries_it(service: Running, token: str) -> None:
    plain = await opened(service, token, **{"Accept-Encoding": "identity"})
    packed = await opened(service, token, **{"Accept-Encoding": "gzip"})
    assert int(plain.headers["Content-Length"]) < 5_000
    assert int(packed.headers["Content-Length"]) < 2_500
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "</form>" in packed.text


@pytest.mark.parametrize("path", ["x" * 12, "x", "..%00", "0" * 5000, "'%20OR%201=1", "é"])
async def test_nobodys_link_says_how_to_answer(service: Running, token: str, path: str) -> None:
    for answer in (await opened(service, path), await tapped(service, path, answer="1")):
        assert answer.status == 404
        assert "回复1全部转移" in answer.text
        assert "1 all out" in answer.text
    assert standings(service) == {}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AlertState.CLOSED, "险情未解除，请勿返回"),
        (AlertState.EXPIRED, "险情未解除，请勿返回"),
        (AlertState.CANCELLED, "警报已取消，不用撤离"),
        (AlertState.ALL_CLEAR, "险情已解除，可以返回"),
    ],
)
async def test_an_alert_that_is_not_open_any_more_says_so(
    service: Running, token: str, state: AlertState, words: str
) -> None:
    await service.change(update(alerts).values(state=state))
    assert words in (await opened(service, token)).text
    assert (await tapped(service, token, answer="2")).status == 303
    assert standings(service) == {HOME: "needs_help"}


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "1", "people": "0"},
        {"answer": "1", "people": "-1"},
        {"answer": "4", "people": "five"},
        {"answer": "1", "people": "9" * 5000},
        {"answer": "9", "people": "4"},
        {},
    ],
)
async def test_what_cannot_be_is_asked_again(
    service: Running, token: str, fields: dict[str, str]
) -> None:
    answer = await tapped(service, token, **fields)
    assert answer.status == 422
    assert "请填1到30的人数" in answer.text
    assert "</form>" in answer.text
    assert standings(service) == {}


@pytest.mark.parametrize("people", ["", "0", "abc", "-5"])
async def test_a_call_for_help_needs_no_number(service: Running, token: str, people: str) -> None:
    answer = await tapped(service, token, answer="2", people=people)
    assert answer.status == 303
    assert standings(service) == {HOME: "needs_help"}


async def test_opening_the_page_answers_nothing(service: Running, token: str) -> None:
    """Phones and filters look behind links before anybody does."""
    for path in (token, f"{token}?answer=1&people=4"):
        await opened(service, path)
    assert standings(service) == {}


async def test_while_the_storage_is_away_nobody_is_told_that_it_was_recorded(
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


async def test_where_the_page_cannot_be_read_it_says_how_to_answer(
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
    assert "Please reply by text message" in answer.text
