"""Mapping a message to an alert, and an Update to changes."""

import pytest

from alerting.cap.alert import (
    AlertRequest,
    Area,
    Category,
    Colour,
    InfoText,
    ResponseType,
    Status,
)
from alerting.cap.changes import Changes
from alerting.cap_inbox.rules.message import CapMessage
from alerting.cap_inbox.rules.read import read_message
from alerting.cap_inbox.rules.request import changes_of, request_of
from tests.support.cap_documents import document, info
from tests.support.city import NOW, POLICY, QIANFO

AREA = Area(divisions=(QIANFO,))
RULES = POLICY.alert


def said(more: str = "", **changes: str) -> CapMessage:
    return read_message(document(info(more=more, **changes)).encode())


def asked(message: CapMessage) -> AlertRequest:
    return request_of(message, message.infos[0], AREA, RULES, NOW)


def changed(before: AlertRequest, message: CapMessage) -> Changes:
    return changes_of(before, message, message.infos[0], RULES, NOW)


def parameter(name: str, value: str) -> str:
    return f"<parameter><valueName>{name}</valueName><value>{value}</value></parameter>"


def test_alert_takes_its_fields_from_the_info_block() -> None:
    texts = "<headline>h</headline><description>d</description><instruction>i</instruction>"
    given = said(texts + parameter("assembly-point", "学校"), severity="Severe", category="Met")
    request = asked(given)
    assert (request.status, request.event) == (Status.EXERCISE, "山体滑坡")
    assert (request.headline, request.description, request.instruction) == ("h", "d", "i")
    assert (request.colour, request.category) == (Colour.ORANGE, Category.MET)
    assert (request.assembly_point, request.area) == ("学校", AREA)
    assert (request.response_type, request.expires) == (
        ResponseType.EVACUATE,
        given.infos[0].expires,
    )


@pytest.mark.parametrize(
    ("written", "place"), [("31.9,107.2", (31.9, 107.2)), ("here", None), ("91,0", None)]
)
def test_hazard_location_is_read_from_its_parameter(
    written: str, place: tuple[float, float] | None
) -> None:
    given = said(parameter("hazard-location", written))
    assert asked(given).hazard_location == place
    moved = changed(asked(said()), given)
    assert moved.hazard_location == place


def test_info_blocks_in_other_languages_become_translations() -> None:
    english = info(
        language="en-GB",
        event="Landslide",
        more=f"<instruction>Leave</instruction>{parameter('assembly-point', 'school')}",
    )
    message = read_message(
        document(
            info(), english, info(language="x-klingon"), info(language="de", event="e" * 99)
        ).encode()
    )
    request = asked(message)
    assert request.language == "zh"
    assert request.translations == {
        "en": InfoText(event="Landslide", instruction="Leave", assembly_point="school"),
        "de": InfoText(event="e" * 29 + "…"),
    }
    assert changed(request, message).model_fields_set == set()
    assert changed(asked(said()), message).translations == request.translations


def test_translations_are_matched_by_order() -> None:
    pairs = [("zh", "风"), ("zh", "山洪"), ("en", "wind"), ("en", "flood"), ("fr", "vent")]
    message = read_message(
        document(*(info(language=code, event=event) for code, event in pairs)).encode()
    )
    request = request_of(message, message.infos[1], AREA, RULES, NOW)
    assert {code: text.event for code, text in request.translations.items()} == {"en": "flood"}


def test_missing_fields_are_taken_from_the_policy() -> None:
    request = asked(said(expires="", responseType=""))
    assert request.instruction == RULES.instruction
    assert request.assembly_point is None
    assert request.description == "山体滑坡"
    assert request.expires == NOW + RULES.validity
    assert request.response_type is ResponseType.EVACUATE


@pytest.mark.parametrize(
    ("severity", "more", "colour"),
    [
        ("Extreme", "", Colour.RED),
        ("Moderate", "", Colour.YELLOW),
        ("Minor", "", Colour.BLUE),
        ("Unknown", "", Colour.RED),
        ("Minor", parameter("colour", "orange"), Colour.ORANGE),
        ("Minor", parameter("colour", "purple"), Colour.BLUE),
    ],
)
def test_colour_comes_from_the_parameter_or_the_severity(
    severity: str, more: str, colour: Colour
) -> None:
    assert asked(said(more, severity=severity)).colour is colour


def test_long_texts_are_cut() -> None:
    texts = f"<headline>{'h' * 900}</headline><description>{'d' * 9_000}</description>"
    request = asked(said(texts + f"<instruction>{'i' * 9_000}</instruction>", event="e" * 900))
    assert request.event == "e" * 29 + "…"
    assert request.headline == "h" * 159 + "…"
    assert (len(request.description), len(request.instruction)) == (1_000, 1_000)


def test_empty_assembly_point_clears_and_a_missing_one_keeps() -> None:
    before = asked(said(parameter("assembly-point", "学校")))
    assert changed(before, said()).model_fields_set == set()
    cleared = changed(before, said(parameter("assembly-point", "")))
    assert (cleared.model_fields_set, cleared.assembly_point) == ({"assembly_point"}, None)


def test_update_changes_only_fields_that_differ() -> None:
    texts = "<description>d</description><instruction>i</instruction>"
    before = asked(said(texts))
    assert changed(before, said(texts)).model_fields_set == set()
    left_out = changed(before, said("<description>d</description>"))
    assert left_out.model_fields_set == set()
    later = said(
        "<description>worse</description><instruction>go</instruction>"
        + parameter("assembly-point", "学校"),
        severity="Extreme",
        event="泥石流",
        expires="2098-08-29T05:10:00+08:00",
    )
    changes = changed(before, later)
    assert changes.model_dump(exclude_none=True) == {
        "event": "泥石流",
        "colour": Colour.RED,
        "description": "worse",
        "instruction": "go",
        "assembly_point": "学校",
        "expires": later.infos[0].expires,
    }
