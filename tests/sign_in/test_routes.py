"""Sign-in by link in a browser: ask for a link, open its page, and use it once."""

import asyncio
import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import select, update

from alerting.messages.languages import LANGUAGES
from alerting.runtime import wall_clock
from alerting.security_log.tables import security_events
from contacts.sign_in.links import LINK_LASTS, revoke_links
from contacts.tables import OFFICER_PHONES, OFFICERS, SIGN_IN_LINKS
from tests.support.city import QIANFO, officer_phone
from tests.support.running import Running
from tests.support.signing_in import Browser, link_for, pressed, signed_in

QUEUED = select(
    SIGN_IN_LINKS.c.officer, SIGN_IN_LINKS.c.number, SIGN_IN_LINKS.c.language, SIGN_IN_LINKS.c.path
).order_by(SIGN_IN_LINKS.c.officer)


class Page(HTMLParser):
    """The contents of an HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


async def opened(
    service: Running, url: str, language: str = "en"
) -> tuple[int, Page, dict[str, str]]:
    async with service.session.get(url, headers={"Accept-Language": language}) as answer:
        return answer.status, Page(await answer.text()), dict(answer.headers)


async def ask(service: Running, body: object, **headers: str) -> int:
    status, told = await service.post("/api/sign-in", None, body, **headers)
    assert status != 202 or re.fullmatch(r"\d{6}", told["code"])
    return status


@pytest.mark.parametrize(
    ("language", "said"), [("en", "press the button to sign in"), ("zh-CN", "点下面的按钮登录")]
)
async def test_link_opens_a_page_with_one_button(
    service: Running, language: str, said: str
) -> None:
    status, page, headers = await opened(service, await link_for(service, "grid"), language)
    assert status == 200
    assert "officer grid" in page.words
    assert said in page.words
    assert ("lang", {"en": "en-US"}.get(language, language)) in page.attributes
    assert page.tags.count("button") == 1
    assert "script" not in page.tags
    assert ("method", "post") in page.attributes
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "strict-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_pages_have_the_same_texts_in_all_languages() -> None:
    keys = {"title", "invitation", "button", "over", "over_because", "ask_again", "go_on"}
    keys |= {"not_found", "not_found_because", "to_alerts", "code", "again", "again_because"}
    keys |= {"other_browser", "wrong_code", "texted", "texted_because"}
    keys |= {"passkey_needed", "passkey_because", "to_sign_in"}
    for language in LANGUAGES.values():
        assert set(language.sign_in) == keys
        assert "{name}" in language.sign_in["invitation"]


async def test_name_is_escaped(service: Running) -> None:
    name = "<script>{0}</script>&amp;"
    await service.change(update(OFFICERS).where(OFFICERS.c.id == "grid").values(name=name))
    _, page, _ = await opened(service, await link_for(service, "grid"))
    assert name in page.words
    assert "script" not in page.tags


async def test_button_signs_in_and_redirects(service: Running) -> None:
    url = await link_for(service, "grid", "/board/3?a=1")
    for _ in range(3):
        assert (await opened(service, url))[0] == 200
    async with pressed(service, url, **{"User-Agent": "Phone 1", "Origin": service.url}) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == "/board/3?a=1"
        morsel = answer.cookies["alerting_session"]
    assert morsel["httponly"]
    assert (morsel["path"], morsel["samesite"], morsel["max-age"]) == ("/", "lax", "43200")
    assert not morsel["secure"]
    browser = Browser(service, morsel.value, service.url)
    status, body = await browser.get("/api/sessions")
    assert status == 200
    assert [(each["device"], each["current"]) for each in body] == [("Phone 1", True)]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_foreign_origin_is_refused(service: Running, origin: str) -> None:
    url = await link_for(service, "grid")
    async with pressed(service, url, Origin=origin) as answer:
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers
        assert service.url in await answer.text()
    # Old browsers send no Origin header.
    async with pressed(service, url) as answer:
        assert answer.status == 303


async def test_link_works_once(service: Running) -> None:
    url = await link_for(service, "grid")
    statuses = []
    for _ in range(2):
        async with pressed(service, url) as answer:
            statuses.append(answer.status)
            assert ("Set-Cookie" in answer.headers) == (answer.status == 303)
    assert statuses == [303, 410]
    assert (await opened(service, url))[0] == 410


async def test_concurrent_presses_start_one_session(service: Running) -> None:
    url = await link_for(service, "grid")

    async def press() -> int:
        async with pressed(service, url) as answer:
            return answer.status

    assert sorted(await asyncio.gather(*(press() for _ in range(5)))) == [303, 410, 410, 410, 410]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Ask for another link"), ("zh", "重新获取链接")]
)
async def test_spent_link_page_leads_to_sign_in(service: Running, language: str, said: str) -> None:
    expired = await link_for(service, "grid", since=wall_clock() - LINK_LASTS)
    revoked = await link_for(service, "grid")
    now = wall_clock()
    await service.runtime.ledger.write(lambda tx: revoke_links(tx.connection, "grid", now))
    for url in (expired, revoked, f"{service.url}/in/unknown", f"{service.url}/in/%F0%9F%86%98%00"):
        status, page, _ = await opened(service, url, language)
        assert status == 410
        assert said in page.words
        assert ("href", "/sign-in") in page.attributes
        async with pressed(service, url, **{"Accept-Language": language}) as answer:
            assert answer.status == 410
            assert said in await answer.text()


async def test_client_without_html_gets_problem_details_for_a_spent_link(service: Running) -> None:
    url = f"{service.url}/in/unknown"
    wanted = {"Accept": "application/problem+json, application/json"}
    async with service.session.get(url, headers=wanted) as answer:
        body = await answer.json(content_type="application/problem+json")
        assert (answer.status, body["status"], body["code"]) == (410, 410, "gone")
    async with pressed(service, url, **wanted) as answer:
        body = await answer.json(content_type="application/problem+json")
        assert (answer.status, body["code"]) == (410, "gone")


@pytest.mark.parametrize("by", ["phone", "officer"])
async def test_link_is_texted_to_the_registered_phone(service: Running, by: str) -> None:
    named = {"phone": officer_phone("grid"), "officer": "grid"}[by]
    body = {by: named, "path": "/doors"}
    assert await ask(service, body, **{"Accept-Language": "en"}) == 202
    assert service.rows(QUEUED) == [("grid", officer_phone("grid"), "en", "/doors")]


async def test_response_does_not_reveal_officers(service: Running) -> None:
    loop = asyncio.get_running_loop()
    for body in ({"phone": "+8610000099999"}, {"officer": "nobody"}, {"officer": "' OR 1=1"}):
        begun = loop.time()
        assert await ask(service, body) == 202
        assert loop.time() - begun > 0.29
    assert service.rows(QUEUED) == []
    await service.change(OFFICER_PHONES.delete().where(OFFICER_PHONES.c.officer == "grid"))
    assert await ask(service, {"officer": "grid"}) == 202
    assert service.rows(QUEUED) == []


async def test_link_requests_are_limited_silently_to_one_a_minute(service: Running) -> None:
    wishes = [{"officer": "grid"}, {"phone": officer_phone("grid")}, {"officer": "commander"}] * 2
    answers = await asyncio.gather(*(ask(service, wish) for wish in wishes))
    assert answers == [202] * 6
    assert [row.officer for row in service.rows(QUEUED)] == ["commander", "grid"]


async def test_officers_sharing_a_phone_get_a_link_each(service: Running) -> None:
    shared = officer_phone("grid")
    again = {"officer": "informant", "position": 1, "number": shared}
    await service.change(OFFICER_PHONES.insert().values(again))
    assert await ask(service, {"phone": shared.removeprefix("+86")}) == 202
    rows = service.rows(QUEUED)
    assert [(row.officer, row.number) for row in rows] == [("grid", shared), ("informant", shared)]


INVALID_REQUESTS: list[object] = [
    {}, None, [], {"phone": "+8610000000104", "officer": "grid"}, {"phone": "nonsense"},
    {"phone": "1" * 100}, {"officer": ""}, {"officer": "a\u0000b"}, {"officer": "x" * 101},
    {"officer": "grid", "path": "//evil.example"}, {"officer": "grid", "more": 1},
]  # fmt: skip


async def test_invalid_request_is_refused(service: Running, subtests: pytest.Subtests) -> None:
    for body in INVALID_REQUESTS:
        with subtests.test(str(body)[:40]):
            assert await ask(service, body) == 422
            assert service.rows(QUEUED) == []


async def test_new_sign_in_ends_the_old_session_of_that_browser(service: Running) -> None:
    old, other = await signed_in(service, "grid"), await signed_in(service, "grid")
    async with service.session.post(
        await link_for(service, "commander"), headers=old.headers, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    assert [(await browser.get("/api/me"))[0] for browser in (old, other)] == [401, 200]


NOTED = select(security_events.c["kind", "officer", "division", "detail"]).where(
    security_events.c.kind.like("sign%")
)
"""The security events about sign-in that the test expects, each once."""


async def test_signing_in_is_noted_whether_it_succeeds_or_not(service: Running) -> None:
    await ask(service, {"officer": "grid"})
    await ask(service, {"officer": "invented"})
    link = await link_for(service, "grid")
    for status in (303, 410):
        asked = {"User-Agent": "phone", "Accept": "text/html"}
        async with service.session.post(link, headers=asked, allow_redirects=False) as answer:
            assert answer.status == status
    rows = await service.until(NOTED, lambda found: len(found) == 4)
    grid = ("grid", QIANFO)
    assert sorted(tuple(row) for row in rows) == [
        ("sign_in_asked", "", "", "unknown"),
        ("sign_in_asked", *grid, "queued"),
        ("sign_in_refused", "", "", ""),
        ("signed_in", *grid, "phone"),
    ]
