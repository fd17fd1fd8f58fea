"""The page's HTML is small, escaped, without scripts, and complete in every language."""

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from itertools import product
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from alerting.cap.alert import AlertRequest, Status
from alerting.cap.lifecycle import AlertState
from alerting.household_page.answer import Notice
from alerting.household_page.html import SECURITY_POLICY, message_page, notice_page
from alerting.household_page.rules import Coming, PageText
from alerting.ledger.alerts import StoredAlert
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import Places, in_language
from alerting.messages.wording import Wording
from alerting.policy.escalation import Position
from alerting.policy.issuer import Issuer, IssuerRules
from alerting.roll.entries import RollEntry
from alerting.roll.rules.standing import HouseholdStanding, People, Standing, StandingReason
from contacts.division import Division, Tier
from tests.support.alert_rows import REQUEST
from tests.support.city import NOW, QIANFO, TOWN, household_code

MOST_BYTES: Final = 5_000
SENT: Final = datetime(2022, 8, 29, 5, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
HOSTILE: Final = "<script>alert(1)</script>\"'$place&{at}"
VOID: Final = {"meta", "input", "path", "br"}
VILLAGE: Final = Division(
    *(QIANFO, "千佛村", Tier.VILLAGE, TOWN, "村小学操场", "沿村道往上走，过桥左转"),
    contact_phone="+8613900000001",
    words={"route_en": "Up the village road, left after the bridge"},
)
PLACES: Final = Places({TOWN: Division(TOWN, "诺江镇", Tier.TOWN, None), QIANFO: VILLAGE})
OFFICER: Final = Coming("张网格员", "+8613900000002", SENT + timedelta(minutes=12))
PRIVATE: Final = ("住户", "3号", "王奶奶", "elderly", QIANFO)


def stands(standing: Standing) -> HouseholdStanding:
    people = {
        Standing.PARTLY: People(unaccounted=1, evacuated=4),
        Standing.NEEDS_HELP: People(needs_help=5),
        Standing.STAYING: People(staying=5),
        Standing.ELSEWHERE: People(elsewhere=5),
        Standing.EVACUATED: People(evacuated=5),
    }.get(standing, People(unaccounted=5))
    return HouseholdStanding(standing, people, False, False, StandingReason.OWN_WORD, None)


def notice(
    state: AlertState = AlertState.OPEN,
    standing: Standing = Standing.UNACCOUNTED,
    wanted_by: datetime | None = None,
    headcount: int = 5,
    coming: Coming | None = None,
    **changes: Any,
) -> Notice:
    request = AlertRequest.model_validate(REQUEST.model_dump() | changes)
    alert = StoredAlert(
        *(1, "id", 27, state, QIANFO, NOW, NOW, "informant", request, "", 1, (QIANFO,))
    )
    entry = RollEntry(
        alert=1,
        household=household_code(QIANFO, 3),
        division=QIANFO,
        head="住户0003",
        address="3号",
        headcount=headcount,
        language="zh",
        vulnerable="elderly",
        persons=("王奶奶",),
        officer="grid",
        added_by=None,
        danger=2,
        standing=stands(standing),
        position=Position(NOW, 0, None),
        reachable=True,
    )
    wording = Wording(request, IssuerRules(names=ISSUER.names), PLACES, (QIANFO,), SENT)
    return Notice(alert, entry, wording, ISSUER, SENT, wanted_by, coming)


def with_places(of: Notice, known: Mapping[str, Division]) -> Notice:
    return replace(of, wording=replace(of.wording, places=Places(known)))


def page(of: Notice, code: str = "zh", *, wrong: bool = False) -> str:
    return notice_page(of, code, "a-name", wrong=wrong)


class Walk(HTMLParser):
    """HTML parser that records a page's tags and words, and checks that tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open in (["html", "body"], ["html"])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


ISSUER = Issuer(names={code: f"{code} Office" for code in LANGUAGES})
# A proposed alert has reached nobody, so no household has a page for it.
STATES = [state for state in AlertState if state is not AlertState.PROPOSED]
EVERY = list(product(LANGUAGES, STATES, Standing, Status))


def every_page() -> list[str]:
    pages = [
        page(notice(st, s, status=status, coming=OFFICER), code) for code, st, s, status in EVERY
    ]
    return [
        *pages,
        *(message_page(each, ISSUER) for each in (PageText.AWAY, PageText.UNKNOWN_LINK)),
    ]


def test_pages_are_small_well_formed_and_without_scripts() -> None:
    for html in every_page():
        assert len(html.encode()) < MOST_BYTES
        seen = Walk(html)
        assert not {"script", "img", "link", "iframe", "object"} & {tag for tag, _ in seen.tags}
        attributes = {name for _, attrs in seen.tags for name in attrs}
        assert not {"src", "style", "action", "srcset"} & attributes
        assert not any(name.startswith("on") for name in attributes)
        assert "http" not in html


def test_page_of_the_longest_alert_is_under_5_kb_compressed() -> None:
    long = notice(
        instruction="".join(chr(0x4E00 + 7 * n) for n in range(1000)),
        event="山" * 30,
        assembly_point="小" * 40,
    )
    assert len(gzip.compress(page(long).encode())) < MOST_BYTES


def test_page_shows_no_private_data_of_the_household() -> None:
    for html in every_page():
        assert not [word for word in PRIVATE if word in html]


def test_typed_values_are_escaped() -> None:
    typed = {"event": HOSTILE[:30], "instruction": HOSTILE, "assembly_point": HOSTILE[:40]}
    seen = Walk(page(notice(**typed)))
    assert not seen.named("script")
    words = "".join(seen.words)
    for value in typed.values():
        assert value in words


def test_style_matches_the_hash_in_the_security_policy() -> None:
    for html in every_page()[:2]:
        (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}';" in SECURITY_POLICY


@pytest.mark.parametrize("code", LANGUAGES)
def test_page_shows_issuer_action_place_and_time(code: str) -> None:
    html = page(notice(), code)
    spoken = LANGUAGES[code]
    told = (
        f"{code} Office",
        spoken.hazards["landslide"].name,
        PLACES.own(QIANFO, code),
        in_language("村小学", code),
        spoken.page["leave"],
        "05:10",
    )
    for words in told:
        assert words in html
    assert Walk(html).named("html") == [{"lang": spoken.locale}]
    assert 'datetime="2022-08-29T05:10+08:00"' in html


def test_times_are_written_in_each_languages_format() -> None:
    assert "8月29日 05:10" in page(notice(), "zh")
    assert "29 Aug 05:10" in page(notice(), "en")


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_page_links_to_the_other_languages(code: str) -> None:
    links = [link for link in Walk(page(notice(), code)).named("a") if "lang" in link]
    assert {link["href"] for link in links} == {f"?lang={o}" for o in LANGUAGES if o != code}


def called(html: str) -> list[str | None]:
    """Return the addresses of the page's links except those to other languages."""
    return [link["href"] for link in Walk(html).named("a") if "lang" not in link]


@pytest.mark.parametrize("code", LANGUAGES)
def test_page_links_to_the_villages_contact_phone(code: str) -> None:
    html = page(notice(), code)
    assert called(html) == ["tel:+8613900000001"]
    assert "+86 139 0000 0001" in html
    assert LANGUAGES[code].page["contact"] in html
    without = with_places(notice(), {})
    assert called(page(without, code)) == []
    assert LANGUAGES[code].page["contact"] not in page(without, code)


@pytest.mark.parametrize("standing", [Standing.NEEDS_HELP, Standing.UNACCOUNTED])
def test_page_names_the_officer_on_the_way_with_a_phone_link(standing: Standing) -> None:
    coming = notice(standing=standing, coming=OFFICER)
    assert "张网格员正在赶来您家，05:22出发。" in page(coming)
    assert "张网格员 is coming to you, on the way since 05:22." in page(coming, "en")
    assert called(page(coming)) == ["tel:+8613900000002", "tel:+8613900000001"]
    without_phone = replace(coming, coming=replace(OFFICER, phone=None))
    assert "张网格员正在赶来" in page(without_phone)
    assert called(page(without_phone)) == ["tel:+8613900000001"]


def test_page_does_not_promise_that_somebody_comes_while_nobody_is_on_the_way() -> None:
    waiting = notice(standing=Standing.NEEDS_HELP)
    assert "求助收到，已通知村里派人" in page(waiting)
    assert "recorded and the village is told" in page(waiting, "en")
    for code, words in {"zh": ("赶来", "正在"), "en": ("coming", "on the way")}.items():
        assert [each for each in words if each in page(waiting, code)] == []


@pytest.mark.parametrize("state", [AlertState.CANCELLED, AlertState.ALL_CLEAR])
def test_page_of_an_ended_alert_names_no_officer_on_the_way(state: AlertState) -> None:
    assert called(page(notice(state, coming=OFFICER))) == ["tel:+8613900000001"]


def test_route_is_shown_only_to_the_villages_own_assembly_point() -> None:
    assert "过桥左转" not in page(notice(assembly_point="县体育馆"))
    own = notice()
    request = own.alert.request.model_copy(update={"assembly_point": None})
    own = replace(own, alert=replace(own.alert, request=request))
    assert "沿村道往上走，过桥左转" in page(own)
    assert "Up the village road, left after the bridge" in page(own, "en")


def test_page_with_the_longest_names_is_under_5_kb_compressed() -> None:
    long = Division(
        *(QIANFO, "村" * 80, Tier.VILLAGE, None, "操" * 40, "走" * 100),
        contact_phone="+8613900000001",
    )
    coming = Coming("张" * 80, "+8613900000002", SENT)
    shown = with_places(notice(coming=coming), {QIANFO: long})
    assert len(gzip.compress(page(shown).encode())) < MOST_BYTES
    assert "张" * 80 in page(shown)


@pytest.mark.parametrize("state", STATES)
def test_page_has_four_buttons_until_the_alert_ends_and_then_only_help(state: AlertState) -> None:
    seen = Walk(page(notice(state)))
    is_over = state in {AlertState.CANCELLED, AlertState.ALL_CLEAR}
    keys = [button["value"] for button in seen.named("button")]
    assert keys == (["2"] if is_over else ["1", "2", "3", "4"])
    assert [button["name"] for button in seen.named("button")] == ["answer"] * len(keys)
    assert len(seen.named("form")) == 1
    assert bool([i for i in seen.named("input") if i["name"] == "people"]) is not is_over
    assert ("村小学" in "".join(seen.words)) is not is_over


@pytest.mark.parametrize(("headcount", "most"), [(1, "30"), (5, "30"), (64, "64")])
def test_number_of_people_defaults_to_the_headcount(headcount: int, most: str) -> None:
    (people,) = [
        field
        for field in Walk(page(notice(headcount=headcount))).named("input")
        if field["name"] == "people"
    ]
    assert (people["value"], people["min"], people["max"]) == (str(headcount), "1", most)


def test_help_and_staying_skip_number_validation() -> None:
    buttons = Walk(page(notice())).named("button")
    assert [b["value"] for b in buttons if "formnovalidate" in b] == ["2", "3"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_exercise_and_test_pages_differ_in_colour_and_words(code: str) -> None:
    live = page(notice(status="Actual"), code)
    for status in ("Exercise", "Test"):
        html = page(notice(status=status), code)
        assert LANGUAGES[code].page[status.lower()] in html
        assert 'class="drill"' in html
        assert 'class="mock"' in html
        assert f"<title>{LANGUAGES[code].prefixes[status]}" in html
    assert 'class="drill"' not in live
    assert "mock" not in re.findall("<body.*?>", live)[0]


def test_page_shows_the_deadline_of_a_roll_call() -> None:
    asked = notice(AlertState.CLOSED, Standing.EVACUATED, SENT + timedelta(minutes=30))
    assert "点名：请在05:40前再点一次。" in page(asked)
    assert "点名" not in page(replace(asked, wanted_by=None))


def test_error_is_shown_on_the_same_page() -> None:
    html = page(notice(), wrong=True)
    assert LANGUAGES["zh"].page["wrong"] in html
    assert len(Walk(html).named("button")) == 4
    assert LANGUAGES["zh"].page["wrong"] not in page(notice())


@pytest.mark.parametrize("message", [PageText.AWAY, PageText.UNKNOWN_LINK])
def test_message_page_explains_keys_in_every_language(message: PageText) -> None:
    seen = Walk(message_page(message, ISSUER))
    words = "".join(seen.words)
    for language in LANGUAGES.values():
        assert language.page[message] in words
        assert language.texts["keys"] in words
    assert not seen.named("form")


def luminance(colour: str) -> float:
    """Return the relative luminance, as WCAG 2 defines it, of '#rgb' or '#rrggbb'."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_at_least_7_to_1() -> None:
    style = re.findall("<style>(.*?)</style>", page(notice()), re.DOTALL)[0]
    pairs = []
    for rule in re.findall(r"\{([^{}]*)\}", style):
        colours = dict(re.findall(r"(?:^|;)(color|background):(#[0-9a-f]+)(?=;|$)", rule))
        if colours:
            # A rule that sets a background also sets the text colour. The default background is
            # white.
            pairs.append((colours["color"], colours.get("background", "#fff")))
    assert len(pairs) >= 8
    for ink, ground in pairs:
        light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 7, (ink, ground)
