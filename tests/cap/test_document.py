"""CAP documents are valid, and equal messages give equal bytes."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.cap.alert import (
    Category,
    Certainty,
    MsgType,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from alerting.cap.document import AreaPart, Info, Message, Reference, cap_time, write
from contacts.shapes import Circle
from tests.support.cap import judge, named, text_of, texts_of

SENT = datetime(2022, 8, 29, 3, 12, 30, 999, ZoneInfo("Asia/Shanghai"))
RING = ((107.1, 31.8), (107.3, 31.8), (107.3, 32.0))
VILLAGE = AreaPart("诺江镇千佛村", divisions=("511921100208",))
CHINESE = Info(
    language="zh-CN",
    event="滑坡",
    headline=None,
    description="后山裂缝变宽",
    instruction="立即撤离",
    sender_name=None,
    parameters=(("colour", "red"),),
    areas=(VILLAGE,),
)
MESSAGE = Message(
    identifier="511921100208-1",
    sender="alerts.example.org",
    sent=SENT,
    status=Status.ACTUAL,
    msg_type=MsgType.ALERT,
    scope=Scope.PUBLIC,
    restriction=None,
    addresses=(),
    code="#27",
    references=(),
    infos=(CHINESE,),
    category=Category.GEO,
    response_type=ResponseType.EVACUATE,
    urgency=Urgency.IMMEDIATE,
    severity=Severity.EXTREME,
    certainty=Certainty.OBSERVED,
    effective=None,
    expires=SENT.replace(day=30),
)


def test_minimal_message_is_valid() -> None:
    document = write(MESSAGE)
    judge(document)
    assert document.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert text_of(document, "sent") == "2022-08-29T03:12:30+08:00"
    assert named(document, "info/area/geocode") == {"CN-NBS-CODE": "511921100208"}


def test_full_message_is_valid_with_an_info_for_each_language() -> None:
    drawn = AreaPart("画", (RING,), (Circle(31.9, 107.2, 0.5),))
    chinese = replace(CHINESE, sender_name="通江应急", areas=(VILLAGE, drawn))
    english = replace(
        CHINESE, language="en-US", event="landslide", headline="Leave", description=None
    )
    earlier = Reference("alerts.example.org", "511921100208-1", SENT)
    document = write(
        replace(
            MESSAGE,
            identifier="511921100208-1-7",
            msg_type=MsgType.UPDATE,
            scope=Scope.RESTRICTED,
            restriction="for the officers addressed",
            addresses=("511921100208", "511921100209"),
            references=(earlier, earlier),
            infos=(chinese, english),
            effective=SENT,
        )
    )
    judge(document)
    assert texts_of(document, "info/language") == ["zh-CN", "en-US"]
    assert texts_of(document, "info/senderName") == ["通江应急"]
    assert text_of(document, "addresses") == "511921100208 511921100209"
    assert text_of(document, "references") == " ".join(
        ["alerts.example.org,511921100208-1,2022-08-29T03:12:30+08:00"] * 2
    )


def test_ring_is_closed_and_written_latitude_first() -> None:
    area = AreaPart("画", (RING, (*RING, RING[0])), (Circle(-31.9, 0.00000004, 2.0),))
    document = write(replace(MESSAGE, infos=(replace(CHINESE, areas=(area,)),)))
    assert (
        texts_of(document, "info/area/polygon") == ["31.8,107.1 31.8,107.3 32,107.3 31.8,107.1"] * 2
    )
    assert texts_of(document, "info/area/circle") == ["-31.9,0 2"]


@pytest.mark.parametrize(
    ("time", "written"),
    [
        (datetime(2022, 8, 29, 3, 12, tzinfo=UTC), "2022-08-29T03:12:00-00:00"),
        (
            datetime(2022, 8, 29, 3, 12, tzinfo=ZoneInfo("Europe/Lisbon")),
            "2022-08-29T03:12:00+01:00",
        ),
        (
            datetime(2022, 1, 29, 3, 12, tzinfo=ZoneInfo("Europe/Lisbon")),
            "2022-01-29T03:12:00-00:00",
        ),
        (
            datetime(2022, 8, 29, 3, 12, tzinfo=ZoneInfo("America/St_Johns")),
            "2022-08-29T03:12:00-02:30",
        ),
    ],
)
def test_time_has_a_numeric_offset(time: datetime, written: str) -> None:
    assert cap_time(time) == written


@given(st.text(min_size=1))
def test_any_text_gives_a_valid_document(text: str) -> None:
    named = (("colour", text),)
    info = Info("zh-CN", text, text, text, text, text, named, (AreaPart(text),))
    document = write(replace(MESSAGE, infos=(info,)))
    judge(document)
    assert ET.fromstring(document) is not None


def test_text_cannot_add_elements() -> None:
    info = replace(
        CHINESE, event="<event>&amp;]]>", headline="</alert>", instruction="\x00\b\ud800"
    )
    document = write(replace(MESSAGE, infos=(info,)))
    judge(document)
    assert texts_of(document, "info/event") == ["<event>&amp;]]>"]
    assert texts_of(document, "info/instruction") == ["\ufffd\ufffd\ufffd"]


def test_equal_messages_give_equal_bytes() -> None:
    assert write(MESSAGE) == write(replace(MESSAGE))
