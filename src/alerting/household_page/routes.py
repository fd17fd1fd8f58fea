"""Routes of the page behind the link in a household's text.

The link needs no sign-in and is for one alert and one household. About the household, the page
shows only numbers, and the officer who is on the way. Requests are not rate-limited, because a
token cannot be guessed: see `alerting.messages.link`.
"""

import gzip
import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request, Response, status
from sqlalchemy.exc import DBAPIError

from alerting.access.browser import wants_page
from alerting.access.callers import RuntimeDep
from alerting.access.openapi import OPEN
from alerting.errors import InvalidError, LedgerClosedError, NotFoundError, TooManyError
from alerting.household_page.answer import Tap, answer_by_link, open_link
from alerting.household_page.html import SECURITY_POLICY, message_page, notice_page
from alerting.household_page.rules import PageText
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from alerting.runtime import Runtime

router = APIRouter(prefix="/h", include_in_schema=False)

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": SECURITY_POLICY,
    "Vary": "Accept, Accept-Encoding",
}

_AWAY: Final = (DBAPIError, LedgerClosedError)

_REFUSED: Final[dict[type[Exception], tuple[PageText, int]]] = {
    NotFoundError: (PageText.UNKNOWN_LINK, status.HTTP_404_NOT_FOUND),
    TooManyError: (PageText.AWAY, status.HTTP_429_TOO_MANY_REQUESTS),
    **dict.fromkeys(_AWAY, (PageText.AWAY, status.HTTP_503_SERVICE_UNAVAILABLE)),
}

_LONGEST_NAME: Final = 32

_LONGEST_NUMBER: Final = 6

_Language = Annotated[str, Query(alias="lang")]

_Field = Annotated[str, Form()]


@router.get("/{token}")
async def get_household_page(
    token: str, request: Request, runtime: RuntimeDep, lang: _Language = ""
) -> Response:
    """Show a household its instructions and its record. This request changes nothing."""
    return await _notice(request, runtime, token, lang)


@router.post("/{token}", openapi_extra=OPEN)
async def post_household_answer(
    token: str,
    request: Request,
    runtime: RuntimeDep,
    answer: _Field = "",
    people: _Field = "",
    page: _Field = "",
    lang: _Language = "",
) -> Response:
    """Record the household's answer, then redirect to the page, which shows the new record."""
    try:
        shown = page[:_LONGEST_NAME].replace("\0", "") or _name()
        await answer_by_link(runtime, token, Tap(answer, _number(people), shown))
    except (NotFoundError, InvalidError, TooManyError, *_AWAY) as refusal:
        if not wants_page(request):
            raise
        if isinstance(refusal, InvalidError):
            return await _notice(request, runtime, token, lang, wrong=True)
        return _refused(request, runtime, refusal)
    # The address is relative, so that the redirect works behind any proxy path.
    there = f"{token}?lang={lang}" if lang in LANGUAGES else token
    return Response(status_code=status.HTTP_303_SEE_OTHER, headers={**_HEADERS, "Location": there})


def _number(people: str) -> int | None:
    """Return the number of people, None if the field is empty, or 0 if it holds no valid number.

    Keys that need a number refuse 0. A call for help ignores the number, so that it always counts.
    """
    if not people.strip():
        return None
    return int(people) if people.isdecimal() and len(people) <= _LONGEST_NUMBER else 0


def _name() -> str:
    """Return a random nonce for a page."""
    return secrets.token_urlsafe(6)


async def _notice(
    request: Request, runtime: Runtime, token: str, lang: str, *, wrong: bool = False
) -> Response:
    try:
        notice = await open_link(runtime, token)
    except (NotFoundError, *_AWAY) as refusal:
        if not wants_page(request):
            raise
        return _refused(request, runtime, refusal)
    spoken = (lang, notice.entry.language, HOME_LANGUAGE)
    language = next(each for each in spoken if each in LANGUAGES)
    html = notice_page(notice, language, _name(), wrong=wrong)
    code = status.HTTP_422_UNPROCESSABLE_CONTENT if wrong else status.HTTP_200_OK
    return _page(request, html, code)


def _refused(request: Request, runtime: Runtime, refusal: Exception) -> Response:
    """Return the page that says in every language what is wrong and how to answer by text."""
    text, code = next(
        (text, code) for kind, (text, code) in _REFUSED.items() if isinstance(refusal, kind)
    )
    return _page(request, message_page(text, runtime.policy.issuer.at("")), code)


def _page(request: Request, html: str, code: int) -> Response:
    """Return a response with the page, compressed if the browser accepts gzip."""
    content, headers = html.encode(), dict(_HEADERS)
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = gzip.compress(content), "gzip"
    return Response(content, code, headers, "text/html; charset=utf-8")
