"""Render a household's page in HTML, without scripts or external resources."""

from typing import Final

from alerting.cap.alert import Status
from alerting.cap.lifecycle import OVER, AlertState
from alerting.household_page.answer import Notice
from alerting.household_page.rules import PageText, banner, headline, on_the_way, record
from alerting.messages.info import info_in
from alerting.messages.languages import LANGUAGES, Language
from alerting.messages.pages import Pages
from alerting.messages.text import HOME_LANGUAGE, issuer_name
from alerting.messages.wording import Readers
from alerting.policy.issuer import Issuer
from alerting.replies.rules.headcount import MOST_PEOPLE
from alerting.roll.rules.standing import Standing
from contacts.people import readable_phone

_PAGES: Final = Pages("alerting.household_page")

SECURITY_POLICY: Final = _PAGES.security_policy("frame.html")

_CHECK: Final = "M4 13l5 5L20 6"

_CROSS: Final = "M12 3v18M3 12h18"

_HOUSE: Final = "M3 12L12 4l9 8M6 10v10h12V10"

_ARROW: Final = "M4 12h15M13 5l7 7-7 7"

_QUESTION: Final = "M8 8a4 4 0 1 1 4 5v3M12 19v2"

# Each button has a shape as well as a colour, because some people cannot tell colours apart.
_KEYS: Final = {
    "1": (PageText.KEY_1, _CHECK),
    "2": (PageText.KEY_2, _CROSS),
    "3": (PageText.KEY_3, _HOUSE),
    "4": (PageText.KEY_4, _ARROW),
}

_HELP: Final = "2"

_UNCOUNTED: Final = frozenset({_HELP, "3"})
"""Keys whose buttons submit the form even if the number of people is invalid."""

_SHAPES: Final = {
    Standing.UNACCOUNTED: ("", _QUESTION),
    Standing.PARTLY: ("", _QUESTION),
    Standing.NEEDS_HELP: ("bad", _CROSS),
    Standing.STAYING: ("bad", _HOUSE),
    Standing.ELSEWHERE: ("good", _ARROW),
    Standing.EVACUATED: ("good", _CHECK),
}

_ASKED: Final = {
    Standing.UNACCOUNTED: PageText.ASK,
    Standing.NEEDS_HELP: PageText.HELP_STAYS,
}

_MODES: Final = {
    AlertState.OPEN: "",
    AlertState.CLOSED: "wait",
    AlertState.EXPIRED: "wait",
    AlertState.CANCELLED: "over",
    AlertState.ALL_CLEAR: "over",
}


def notice_page(notice: Notice, code: str, shown: str, *, wrong: bool) -> str:
    """Return the HTML of a household's page in the language `code`.

    `shown` is the page's nonce. A page without a nonce is a preview, and has no links to the other
    languages. `wrong` is True if the last input was invalid.
    """
    language, alert = LANGUAGES[code], notice.alert
    info, page = info_in(alert.request, code), language.page
    told = notice.wording.facts(Readers(code, notice.entry.division))
    is_over = alert.state in OVER
    is_live = alert.status is Status.ACTUAL
    headcount = notice.entry.headcount
    return _PAGES.render(
        "notice.html",
        locale=language.locale,
        title=language.prefixes.get(alert.status, "") + page[PageText.TITLE],
        words=page,
        mode=_MODES[alert.state] if is_live else f"{_MODES[alert.state]} mock".strip(),
        banner=banner(language, alert.status),
        others=_others(code) if shown else [],
        issuer=issuer_name(notice.issuer, code),
        place=told.place,
        event=info.title,
        headline=headline(language, alert.state),
        is_over=is_over,
        assembly_point=told.assembly_point,
        route=_route(notice, code),
        contact=_phone(notice.wording.places.contact(notice.entry.division)),
        **_record(language, notice),
        coming=_coming(language, notice),
        wrong=wrong,
        ask=_ask(language, notice),
        shown=shown,
        headcount=headcount,
        most_people=max(headcount, MOST_PEOPLE),
        buttons=[_button(language, key) for key in ((_HELP,) if is_over else _KEYS)],
        instruction=headline(language, alert.state) if is_over else info.instruction,
        sent_iso=notice.sent.isoformat(timespec="minutes"),
        sent=page[PageText.TIME].format(at=notice.sent),
    )


def _record(language: Language, notice: Notice) -> dict[str, str]:
    kind, shape = _SHAPES[notice.entry.standing.standing]
    sends_help = notice.alert.request.reaches_all_households
    said = record(language, notice.entry.standing, sends_help=sends_help)
    return {"record_kind": kind, "record_shape": shape, "record": said}


def _route(notice: Notice, code: str) -> str | None:
    """Return the way to the village's assembly point; None if the alert names its own."""
    is_elsewhere = notice.alert.request.assembly_point
    return None if is_elsewhere else notice.wording.places.route(notice.entry.division, code)


def _coming(language: Language, notice: Notice) -> dict[str, object] | None:
    coming = notice.coming
    if coming is None or notice.alert.state in OVER:
        return None
    return {"text": on_the_way(language, coming), "phone": _phone(coming.phone), "shape": _ARROW}


def _phone(number: str | None) -> dict[str, str] | None:
    """Return a phone number in two forms: to dial, and for people to read."""
    return {"dial": number, "shown": readable_phone(number)} if number else None


def message_page(message: PageText, issuer: Issuer) -> str:
    """Return a page in every language, to be shown if the household's page is unavailable.

    It says what went wrong, and how to answer by text instead.
    """
    codes = sorted(LANGUAGES, key=lambda code: code != HOME_LANGUAGE)
    spoken = [LANGUAGES[code] for code in codes]
    return _PAGES.render(
        "message.html",
        locale=spoken[0].locale,
        title=" · ".join(language.page[PageText.TITLE] for language in spoken),
        parts=[_message(code, message, issuer) for code in codes],
    )


def _message(code: str, message: PageText, issuer: Issuer) -> dict[str, str]:
    language = LANGUAGES[code]
    return {
        "issuer": issuer_name(issuer, code),
        "locale": language.locale,
        "message": language.page[message],
        "instead": language.page[PageText.INSTEAD].format(keys=language.texts["keys"]),
    }


def _ask(language: Language, notice: Notice) -> str:
    page = language.page
    if notice.alert.state in OVER:
        return page[PageText.ASK_HELP]
    if notice.wanted_by:
        return page[PageText.ROLL_CALL].format(time=f"{notice.wanted_by:%H:%M}")
    return page[_ASKED.get(notice.entry.standing.standing, PageText.ASK_AGAIN)]


def _button(language: Language, key: str) -> dict[str, object]:
    text, shape = _KEYS[key]
    return {
        "key": key,
        "uncounted": key in _UNCOUNTED,
        "shape": shape,
        "text": language.page[text],
    }


def _others(code: str) -> list[dict[str, str]]:
    """Return the data of the links to the page in the other languages."""
    return [
        {"code": other, "locale": language.locale, "name": language.name}
        for other, language in LANGUAGES.items()
        if other != code
    ]
