"""Valid CAP documents are read; invalid ones are refused, and the error names the element."""

import re
from datetime import UTC, datetime

import pytest

from alerting.cap.alert import Category, Certainty, ResponseType, Scope, Severity, Urgency
from alerting.cap_inbox.rules.message import Circle, Identity, MessageStatus, MessageType
from alerting.cap_inbox.rules.read import read_message
from alerting.cap_inbox.rules.tree import UnreadableError
from tests.support.cap_documents import CAP, SENT, Area, document, info, reference

SQUARE = "31.8,107.1 32,107.1 32,107.3 31.8,107.3 31.8,107.1"
SIGNATURE = (
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>'
)
WHOLE = document(
    info(
        Area(("511921100208",), (SQUARE, SQUARE), ("31.9,107.2 2.5",)),
        Area(description="elsewhere"),
        event_codes="<eventCode><valueName>SAME</valueName><value>DSW</value></eventCode>",
        more="<senderName>气象局</senderName><headline>红色</headline>"
        "<description> 裂缝 </description><instruction>撤离</instruction>"
        "<web>https://a.example/1</web><contact>x</contact>"
        "<parameter><valueName>colour</valueName><value>red</value></parameter>"
        "<resource><resourceDesc>map</resourceDesc><mimeType>image/png</mimeType></resource>",
        audience="all",
        effective=SENT,
        onset=SENT,
    ),
    info(language="en-US", event="Landslide"),
    source="x",
    code="profile",
    note="a note",
    status="Actual",
)


def test_full_message_is_read() -> None:
    message = read_message(WHOLE.encode())
    sent = datetime(2026, 8, 28, 21, 10, tzinfo=UTC)
    assert message.identity == Identity("weather@example.org", message.identity.identifier, sent)
    assert (message.status, message.msg_type) == (MessageStatus.ACTUAL, MessageType.ALERT)
    assert (message.scope, message.note) == (Scope.PUBLIC, "a note")
    first, second = message.infos
    assert (first.language, second.language) == ("zh-CN", "en-US")
    assert (first.category, first.response_type) == (Category.GEO, ResponseType.EVACUATE)
    assert (first.urgency, first.severity) == (Urgency.IMMEDIATE, Severity.MINOR)
    assert (first.certainty, first.effective) == (Certainty.OBSERVED, sent)
    assert (first.sender_name, first.headline) == ("气象局", "红色")
    assert (first.description, first.instruction) == ("裂缝", "撤离")
    assert first.event_codes == (("SAME", "DSW"),)
    assert first.parameters == (("colour", "red"),)
    area, _ = first.areas
    assert area.geocodes == (("CN-NBS-CODE", "511921100208"),)
    assert [ring[0] for ring in area.polygons] == [(31.8, 107.1)] * 2
    assert area.circles == (Circle(31.9, 107.2, 2.5),)


@pytest.mark.parametrize(
    "more",
    [
        SIGNATURE,
        '<x:extra xmlns:x="urn:other"><x:identifier>other</x:identifier></x:extra>',
        "<!-- a comment -->",
    ],
)
def test_elements_of_other_namespaces_are_ignored(more: str) -> None:
    assert len(read_message(document(info(), more=more).encode()).infos) == 1


@pytest.mark.parametrize(
    "valid",
    [
        document(info(), namespace="urn:oasis:names:tc:emergency:cap:1.1"),
        document(),
        document(info(event="  x\n y ")),
        document(info(language="")),
        document(info(Area(circles=("31.9,107.2 0",)))),
        document(info(Area(polygons=(SQUARE.replace(" ", "\n\t"),)))),
        document(info(expires="")),
        document(msgType="Ack", references="not a reference"),
        document(msgType="Alert", references="not a reference"),
        document(scope="Restricted", restriction="officers"),
        document(scope="Private", addresses="a b"),
        document(sent="2026-08-29T05:10:00-00:00"),
        document(msgType="Cancel", references=f"{reference('a')}\n {reference('b')}"),
        document(info(Area(value_name="FIPS6", codes=("006113",)))),
        document(info())
        .replace(f' xmlns="{CAP}"', f' xmlns:c="{CAP}"')
        .replace("<", "<c:")
        .replace("<c:/", "</c:")
        .replace("<c:?", "<?"),
    ],
)
def test_valid_documents_are_read(valid: str) -> None:
    read_message(valid.encode())


def without(name: str, text: str = "") -> str:
    """Return a valid document with one element removed, or with its text replaced."""
    whole = document(info(Area(("511921100208",), (SQUARE,))), restriction="r")
    new = f"<{name}>{text}</{name}>" if text else ""
    changed = re.sub(rf"<{name}>[^<]*</{name}>", new, whole, count=1)
    assert changed != whole
    return changed


def twice(name: str) -> str:
    whole = document(info(Area(("511921100208",))))
    return re.sub(rf"(<{name}>[^<]*</{name}>)", r"\1\1", whole, count=1)


BROKEN = [
    *(
        (without(name), f"alert/{name}: it is missing")
        for name in ("identifier", "sender", "sent", "status", "msgType", "scope")
    ),
    *(
        (without(name), f"alert/info/{name}: it is missing")
        for name in ("category", "event", "urgency", "severity", "certainty")
    ),
    (without("areaDesc"), "alert/info/area/areaDesc: it is missing"),
    (without("valueName"), "alert/info/area/geocode/valueName: it is missing"),
    *(
        (twice(name), f"{name}: it occurs 2 times; keep one")
        for name in ("identifier", "sent", "event", "severity", "areaDesc", "expires", "value")
    ),
    *(
        (without(name, "Unheard"), f"{name}: 'Unheard' is unknown; write one of")
        for name in ("status", "msgType", "scope", "category", "responseType")
    ),
    (without("severity", "extreme"), "alert/info/severity: 'extreme' is unknown"),
    (without("urgency", " "), "alert/info/urgency: '' is unknown"),
    (without("certainty", "Very Likely"), "alert/info/certainty: 'Very Likely' is unknown"),
    (without("event", " "), "alert/info/event: it is empty"),
    (without("areaDesc", " "), "alert/info/area/areaDesc: it is empty"),
    *(
        (without("sent", time), f"alert/sent: '{time}' is no time")
        for time in (
            "2026-08-29T05:10:00Z",
            "2026-08-29T05:10:00",
            "2026-08-29 05:10:00+08:00",
            "2026-08-29T05:10:00.5+08:00",
            "2026-08-29T05:10+08:00",
            "2026-02-30T05:10:00+08:00",
            "1997-08-29T05:10:00+08:00",
            "2026-08-29T05:10:00+99:00",
            "２０２６-08-29T05:10:00+08:00",
        )
    ),
    (without("expires", "later"), "alert/info/expires: 'later' is no time"),
    (without("identifier", "a b"), "alert/identifier: write 1 to 250 characters without spaces"),
    (without("sender", "a,b"), "alert/sender: write 1 to 250"),
    (without("identifier", "a&lt;b"), "alert/identifier: write 1 to 250"),
    (without("identifier", "a" * 251), "alert/identifier: write 1 to 250"),
    (without("polygon", "31.8,107.1 32,107.1 31.8,107.1"), "polygon: give four or more pairs"),
    (without("polygon", SQUARE.rpartition(" ")[0]), "polygon: give four or more pairs"),
    (without("polygon", SQUARE.replace("107.1", "181")), "'31.8,181' is no place"),
    (without("polygon", SQUARE.replace("31.8,107.1", "91,107.1")), "'91,107.1' is no place"),
    (without("polygon", SQUARE.replace(",", ";")), "is no pair 'latitude,longitude'"),
    (without("polygon", SQUARE.replace("32", "nan")), "'nan' is no number"),
    (without("polygon", SQUARE.replace("32", "1e9")), "'1e9' is no number"),
    (document(info(Area(circles=("31.9,107.2",)))), "circle: write 'latitude,longitude radius'"),
    (document(info(Area(circles=("31.9,107.2 -1",)))), "circle: a radius of -1.0 km"),
    (document(info(Area(circles=("31.9,107.2 99999",)))), "circle: a radius of 99999.0 km"),
    (document(info(), msgType="Update"), "alert/references: name the messages of this Update"),
    (document(msgType="Cancel", references="a,b"), "alert/references: 'a,b' is no message"),
    (document(msgType="Cancel", references="a,b,now"), "alert/references: 'now' is no time"),
    (
        document(msgType="Cancel", references=" ".join(reference(str(n)) for n in range(201))),
        "alert/references: name at most 200",
    ),
    (document(info()).replace("<scope>", "<scop/><scope>"), "alert/scop: there is no such element"),
    (document(info(more="<polgon/>")), "alert/info/polgon: there is no such element"),
    (document(info(), info(more="<polgon/>")), "alert/info[2]/polgon: there is no such"),
    (document(info(more="<event>x</event>")), "alert/info/event: it stands after"),
    (without("event", "<b>x</b>"), "alert/info/event: it contains elements"),
    (document(*[info()] * 101), "alert/info: there are more than 100"),
    (
        document(namespace="http://www.incident.com/cap/1.0"),
        "alert: write an alert of the namespace",
    ),
    (document(namespace=""), "alert: write an alert of the namespace"),
    (f'<info xmlns="{CAP}"/>', "info: write an alert of the namespace"),
    ("<html><body/></html>", "html: write an alert of the namespace"),
]


def test_invalid_documents_are_refused_with_the_elements_path() -> None:
    for broken, problem in BROKEN:
        with pytest.raises(UnreadableError) as refused:
            read_message(broken.encode())
        assert problem in str(refused.value), broken


def test_total_number_of_corners_is_limited() -> None:
    ring = " ".join(["31.8,107.1", *["32,107.1"] * 2_000, "31.8,107.1"])
    with pytest.raises(UnreadableError, match="more than 20,000 corners"):
        read_message(document(info(Area(polygons=(ring,) * 10))).encode())
