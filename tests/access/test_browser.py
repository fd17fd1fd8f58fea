"""The session cookie is HttpOnly and SameSite=Lax, and Secure if the service is on HTTPS."""

from http.cookies import SimpleCookie

import pytest
from fastapi import FastAPI, Response
from starlette.requests import HTTPConnection

from alerting.access.browser import COOKIE, PREFIX, cookie_of, give_cookie, take_cookie, wants_page


def connection(public_url: str) -> HTTPConnection:
    app = FastAPI()
    app.state.public_url = public_url
    return HTTPConnection({"type": "http", "app": app})


def given(answer: Response) -> dict[str, str]:
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    return {name: str(value) for name, value in morsel.items() if value} | {
        "name": morsel.key,
        "value": morsel.value,
    }


@pytest.mark.parametrize(("public_url", "secure"), [("https://a.cn", True), ("http://a.cn", False)])
def test_cookie_lasts_as_long_as_the_session(public_url: str, secure: bool) -> None:
    answer = Response()
    give_cookie(answer, connection(public_url), "token")
    attributes = {"path": "/", "httponly": "True", "samesite": "lax"}
    encrypted = {"secure": "True"} if secure else {}
    name = {True: f"{PREFIX}{COOKIE}", False: COOKIE}[secure]
    assert given(answer) == {
        "name": name,
        "value": "token",
        "max-age": str(12 * 3600),
        **attributes,
        **encrypted,
    }


def test_deleting_the_cookie_repeats_its_attributes() -> None:
    answer = Response()
    take_cookie(answer, connection("https://a.cn"))
    taken = given(answer)
    assert taken.pop("expires")
    assert taken == {
        "name": "__Host-alerting_session",
        "value": "",
        "max-age": "0",
        "path": "/",
        "httponly": "True",
        "samesite": "lax",
        "secure": "True",
    }


@pytest.mark.parametrize(
    ("public_url", "found"), [("https://a.cn", "with"), ("http://127.0.0.1", "without")]
)
def test_cookie_without_prefix_is_ignored_over_tls(public_url: str, found: str) -> None:
    asked = connection(public_url)
    kept = b"alerting_session=without; __Host-alerting_session=with"
    asked.scope["headers"] = [(b"cookie", kept)]
    assert cookie_of(asked) == found


@pytest.mark.parametrize(
    ("accepted", "page"),
    [
        (None, True),
        ("*/*", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/json, text/html", True),
        ("application/json", False),
        ("application/problem+json, */*", False),
    ],
)
def test_only_clients_that_accept_just_json_get_no_page(accepted: str | None, page: bool) -> None:
    headers = [] if accepted is None else [(b"accept", accepted.encode())]
    asked = HTTPConnection({"type": "http", "headers": headers})
    assert wants_page(asked) is page
