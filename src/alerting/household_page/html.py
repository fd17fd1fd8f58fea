"""The HTML of a household's page: no script, nothing fetched, and every word of others escaped."""

import base64
import hashlib
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from alerting.cap.alert import Status
from alerting.cap.lifecycle import OVER, AlertState
from alerting.household_page.answer import Notice
from alerting.household_page.rules import PageText, banner, headline, record
from alerting.messages.languages import LANGUAGES, Language
from alerting.messages.text import HOME_LANGUAGE
from alerting.replies.rules.grammar import MOST_PEOPLE
from alerting.roll.rules.standing import Standing


def _template(name: str) -> Template:
    folder = files("alerting.household_page").joinpath("templates")
    return Template(folder.joinpath(f"{name}.html").read_text(encoding="utf-8"))


_FRAME: Final = _template("frame")

_NOTICE: Final = _template("notice")

_FORM: Final = _template("form")

_STYLE: Final = _FRAME.template.partition("<style>")[2].partition("</style>")[0]

STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""What allows the page's own style, and no other: SHA-256 in base64."""

_CHECK: Final = "M4 13l5 5L20 6"

_CROSS: Final = "M12 3v18M3 12h18"

_HOUSE: Final = "M3 12L12 4l9 8M6 10v10h12V10"

_ARROW: Final = "M4 12h15M13 5l7 7-7 7"

_QUESTION: Final = "M8 8a4 4 0 1 1 4 5v3M12 19v2"

# A key's shape is that of the standing which it leads to, so that neither rests on its colour.
_KEYS: Final = {
    "1": (PageText.KEY_1, _CHECK),
    "2": (PageText.KEY_2, _CROSS),
    "3": (PageText.KEY_3, _HOUSE),
    "4": (PageText.KEY_4, _ARROW),
}

_HELP: Final = "2"

_UNCOUNTED: Final = frozenset({_HELP, "3"})
"""Who presses one of these need not put the number of people right first."""

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
    """Return a household's page in a language of `LANGUAGES`.

    `shown` is the page's own name for itself; `wrong` says that what was sent cannot be.
    """
    language, alert = LANGUAGES[code], notice.alert
    request, page = alert.request, language.page
    is_over = alert.state in OVER
    is_live = alert.status is Status.ACTUAL
    body = _NOTICE.substitute(
        mode=_MODES[alert.state] if is_live else f"{_MODES[alert.state]} mock".strip(),
        banner=_banner(language, alert.status),
        place=escape(notice.place),
        event=escape(request.event),
        headline=escape(headline(language, alert.state)),
        go="" if is_over else _go(page[PageText.GO_TO], request.assembly_point),
        record=_record(language, notice),
        form=_form(language, notice, shown, wrong=wrong),
        what_to_do=escape(page[PageText.WHAT_TO_DO]),
        instruction=escape(headline(language, alert.state) if is_over else request.instruction),
        sent_label=escape(page[PageText.SENT]),
        sent_iso=notice.sent.isoformat(timespec="minutes"),
        sent=escape(page[PageText.TIME].format(at=notice.sent)),
        languages=_others(code),
    )
    title = language.prefixes.get(alert.status, "") + page[PageText.TITLE]
    return _framed(language, title, body)


def message_page(message: PageText) -> str:
    """Return a page for whoever has no household's page, in every language.

    It says what is the matter, and how to answer all the same.
    """
    codes = sorted(LANGUAGES, key=lambda code: code != HOME_LANGUAGE)
    spoken = [LANGUAGES[code] for code in codes]
    title = " · ".join(language.page[PageText.TITLE] for language in spoken)
    said = "".join(_message(language, message) for language in spoken)
    body = f'<body class="wait"><header><h1>{escape(title)}</h1></header><main>{said}</main>'
    return _framed(spoken[0], title, body)


def _framed(language: Language, title: str, body: str) -> str:
    return _FRAME.substitute(locale=escape(language.locale), title=escape(title), body=body)


def _message(language: Language, message: PageText) -> str:
    instead = language.page[PageText.INSTEAD].format(keys=language.texts["keys"])
    return (
        f'<section lang="{escape(language.locale)}"><h2>{escape(language.page[message])}</h2>'
        f"<p>{escape(instead)}</p></section>"
    )


def _banner(language: Language, status: Status) -> str:
    said = banner(language, status)
    return said and f'<p class="drill"><b>{escape(said)}</b></p>'


def _go(label: str, assembly_point: str) -> str:
    return f'<dl><dt>{escape(label)}</dt><dd class="big">{escape(assembly_point)}</dd></dl>'


def _record(language: Language, notice: Notice) -> str:
    standing = notice.entry.standing
    kind, shape = _SHAPES[standing.standing]
    said = escape(record(language, standing))
    return f'<p class="now {kind}" role="status">{_shape(shape)}<span>{said}</span></p>'


def _form(language: Language, notice: Notice, shown: str, *, wrong: bool) -> str:
    page, is_over = language.page, notice.alert.state in OVER
    keys = (_HELP,) if is_over else tuple(_KEYS)
    return _FORM.substitute(
        wrong=f'<p class="bad" role="alert">{escape(page[PageText.WRONG])}</p>' if wrong else "",
        ask=escape(_ask(language, notice)),
        page=escape(shown),
        people="" if is_over else _people(page[PageText.PEOPLE], notice.entry.headcount),
        buttons="\n".join(_button(language, key) for key in keys),
    )


def _ask(language: Language, notice: Notice) -> str:
    page = language.page
    if notice.alert.state in OVER:
        return page[PageText.ASK_HELP]
    if notice.wanted_by:
        return page[PageText.ROLL_CALL].format(time=f"{notice.wanted_by:%H:%M}")
    return page[_ASKED.get(notice.entry.standing.standing, PageText.ASK_AGAIN)]


def _people(label: str, headcount: int) -> str:
    return (
        f'<label>{escape(label)}<input type="number" inputmode="numeric" name="people" min="1" '
        f'max="{max(headcount, MOST_PEOPLE)}" value="{headcount}"></label>'
    )


def _button(language: Language, key: str) -> str:
    text, shape = _KEYS[key]
    unchecked = " formnovalidate" if key in _UNCOUNTED else ""
    return (
        f'<button class="k{key}" name="answer" value="{key}"{unchecked}>'
        f"{_shape(shape)}{escape(language.page[text])}</button>"
    )


def _shape(path: str) -> str:
    return f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>'


def _others(code: str) -> str:
    """Return the links to the page in the other languages, each in its own words."""
    return " ".join(
        f'<a href="?lang={other}" lang="{escape(language.locale)}">{escape(language.name)}</a>'
        for other, language in LANGUAGES.items()
        if other != code
    )
