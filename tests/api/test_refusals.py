"""Each kind of refusal has its own status and message, and never a traceback."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError, OperationalError

from alerting import errors
from alerting.api import refusals
from alerting.api.problems import MEDIA_TYPE
from alerting.cap.lifecycle import Action, AlertState, IllegalTransitionError
from alerting.errors import LedgerClosedError
from tests.support.running import Workplace, serving

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

REFUSALS: list[tuple[Exception, int, str]] = [
    (errors.NotFoundError("there is no alert 7"), 404, "there is no alert 7"),
    (errors.NotFoundError(), 404, "There is no such thing within your divisions."),
    (errors.TooManyError(), 429, "try again in a minute"),
    (errors.ForbiddenError("not you"), 403, "not you"),
    (errors.InvalidError("area", "name one"), 422, "area: name one"),
    (errors.ConflictError("not yet", ("one", "two")), 409, "not yet"),
    (IllegalTransitionError(AlertState.CLOSED, Action.CLOSE), 409, "does not allow close"),
    (errors.NoFontsError("no font has 户"), 503, "no font has 户"),
    (errors.TooLongError(), 503, "print a smaller division"),
    (LedgerClosedError(), 503, "The service is stopping"),
    (OperationalError("SELECT 1", {}, Exception("disk full")), 503, "cannot be read or written"),
    (IntegrityError("INSERT", {}, Exception("twice")), 503, "cannot be read or written"),
]


class Body(BaseModel):
    people: int


@pytest.fixture
async def url(work: Workplace) -> AsyncIterator[str]:
    app = FastAPI()
    app.state.runtime = work.runtime
    refusals.install(app)

    @app.get("/{number}")
    async def refuse(number: int) -> None:
        raise REFUSALS[number][0]

    @app.post("/")
    async def take(body: Body) -> Body:
        return body

    async with serving(app) as url:
        yield url


async def test_every_refusal_is_a_problem_detail(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for number, (_, status, said) in enumerate(REFUSALS):
            async with session.get(f"{url}/{number}") as answer:
                assert answer.content_type == MEDIA_TYPE
                body = await answer.json(content_type=None)
                assert (answer.status, said in body["detail"]) == (status, True), body
                assert (body["status"], body["type"].split(":")[-1]) == (status, body["code"])
                assert ("Retry-After" in answer.headers) is (body["code"] == "unavailable")
                assert body.get("reasons") == (["one", "two"] if "not yet" in said else None)


async def test_unexpected_exception_is_a_problem_detail() -> None:
    app = FastAPI()
    refusals.install(app)

    @app.get("/")
    async def fail() -> None:
        raise RuntimeError("a secret")

    async with serving(app) as url, aiohttp.ClientSession() as session, session.get(url) as answer:
        assert (answer.status, answer.content_type) == (500, MEDIA_TYPE)
        body = await answer.json(content_type=None)
        assert body["code"] == "failed"
        assert "secret" not in body["detail"]


async def test_malformed_body_lists_each_invalid_field(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for body in (b"{", b"[]", b'{"people": "many"}', b"\xff"):
            async with session.post(
                url, data=body, headers={"Content-Type": "application/json"}
            ) as answer:
                refused = await answer.json(content_type=None)
                assert answer.status in {400, 422}
                assert (refused["code"], refused["title"] != "") == ("malformed", True)
                assert refused["detail"]
                # A body that is not UTF-8 is refused before the fields are checked.
                assert body == b"\xff" or refused["detail"] == "; ".join(refused["errors"])


async def test_unknown_address_and_method_are_problem_details(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for method, path, code in (
            ("GET", "/a/b", "not_found"),
            ("PUT", "/", "method_not_allowed"),
        ):
            async with session.request(method, url + path) as answer:
                assert answer.content_type == MEDIA_TYPE
                assert (await answer.json(content_type=None))["code"] == code


def test_every_error_class_has_a_status() -> None:
    kinds = {type(refusal) for refusal, _, _ in REFUSALS}
    leaves = set(errors.AlertingError.__subclasses__())
    assert leaves <= kinds


async def test_browser_gets_a_404_page_that_links_to_the_alerts() -> None:
    app = FastAPI()
    refusals.install(app)
    async with serving(app) as url, aiohttp.ClientSession(headers=BROWSER) as session:
        for language, said in (("en-GB", "There is no such page"), ("zh-CN", "没有这个网页")):
            headers = {"Accept-Language": language}
            async with session.get(f"{url}/a/b", headers=headers) as answer:
                assert (answer.status, answer.content_type) == (404, "text/html")
                page = await answer.text()
                assert said in page
                assert 'href="/"' in page
                assert "Content-Security-Policy" in answer.headers


async def test_programs_and_api_paths_get_problem_details() -> None:
    app = FastAPI()
    refusals.install(app)
    async with serving(app) as url, aiohttp.ClientSession() as session:
        for path, headers in (("/a/b", {}), ("/api/b", BROWSER)):
            async with session.get(url + path, headers=headers) as answer:
                assert (answer.status, answer.content_type) == (404, MEDIA_TYPE)
