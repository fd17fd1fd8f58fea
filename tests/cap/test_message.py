"""The CAP message of each step of an alert."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerting.cap.alert import AlertRequest, Area, MsgType, Scope
from alerting.cap.document import Reference, write
from alerting.cap.message import Facts, ReachedArea, Spoken, Step, message_of, scope_of
from tests.support.cap import judge, named, text_of, texts_of

AT = datetime(2022, 8, 28, 19, 12, tzinfo=UTC)
RING = [[107.1, 31.8], [107.3, 31.8], [107.3, 32.0], [107.1, 31.8]]
HOLE = [[107.2, 31.82], [107.25, 31.82], [107.25, 31.85], [107.2, 31.82]]
CIRCLE = {"centre": [107.2, 31.9], "radius_km": 0.5}
QIANFO, NEXT = "511921100208", "511921100209"
NAMES = {QIANFO: "诺江镇千佛村", NEXT: "诺江镇南家村"}
LEAST = {
    "status": "Actual",
    "event": "滑坡",
    "description": "后山裂缝变宽",
    "instruction": "立即撤离",
    "assembly_point": "村小学",
    "area": {"divisions": ["511921100208"]},
}
EARLIER = Reference("alerts.example.org", "511921100208-a", AT)


def request(**changes: Any) -> AlertRequest:
    return AlertRequest.model_validate(LEAST | changes)


SPOKEN = Spoken(
    language="zh-CN",
    event="滑坡",
    headline=None,
    description="后山裂缝变宽",
    instruction="立即撤离",
    sender_name="通江应急",
    assembly_point="村小学",
    names=NAMES,
    comma="、",
    as_drawn="{places}：画",
    with_holes="{places}：无洞",
)
FACTS = Facts(
    step=Step.RAISED,
    request=request(),
    identifier="511921100208-a",
    sender="alerts.example.org",
    number=27,
    at=AT,
    expires=AT + timedelta(days=1),
    zone=ZoneInfo("Asia/Shanghai"),
    earlier=(),
    reached=(ReachedArea((QIANFO,), None),),
    spoken=(SPOKEN,),
    counts=(("households", 10), ("people", 25)),
)


def drawn(geometry: Any = None, **area: Any) -> ReachedArea:
    shape = {"geometry": geometry} if geometry else {}
    return ReachedArea((QIANFO, NEXT), Area.model_validate(shape | area))


def document(**changes: Any) -> bytes:
    """Return the validated document of a step whose facts have these changes."""
    facts = replace(FACTS, **changes)
    if facts.step is not Step.RAISED and not facts.earlier:
        facts = replace(facts, earlier=(EARLIER,))
    written = write(message_of(facts))
    judge(written)
    return written


@pytest.mark.parametrize(
    ("step", "msg_type", "response", "urgency"),
    [
        (Step.RAISED, "Alert", "Evacuate", "Immediate"),
        (Step.WIDENED, "Update", "Evacuate", "Immediate"),
        (Step.UPDATED, "Update", "Evacuate", "Immediate"),
        (Step.CANCELLED, "Cancel", "AllClear", "Past"),
        (Step.ALL_CLEAR, "Update", "AllClear", "Past"),
    ],
)
def test_each_step_has_its_type(step: Step, msg_type: str, response: str, urgency: str) -> None:
    made = document(step=step)
    assert text_of(made, "msgType") == msg_type
    assert text_of(made, "info/responseType") == response
    assert text_of(made, "info/urgency") == urgency
    assert text_of(made, "info/severity") == "Extreme"


def test_every_step_has_a_message_type() -> None:
    for step in Step:
        assert message_of(replace(FACTS, step=step)).msg_type in set(MsgType)


def test_times_are_in_the_policys_time_zone() -> None:
    made = document(step=Step.UPDATED, request=request(effective=AT))
    assert text_of(made, "sent") == "2022-08-29T03:12:00+08:00"
    assert text_of(made, "info/effective") == "2022-08-29T03:12:00+08:00"
    assert text_of(made, "info/expires") == "2022-08-30T03:12:00+08:00"
    assert text_of(made, "references") == (
        "alerts.example.org,511921100208-a,2022-08-29T03:12:00+08:00"
    )


@pytest.mark.parametrize(
    ("status", "asked", "scope"),
    [
        ("Actual", "Public", "Public"),
        ("Actual", "Restricted", "Restricted"),
        ("Actual", "Private", "Private"),
        ("Exercise", "Public", "Restricted"),
        ("Test", "Public", "Restricted"),
        ("Exercise", "Private", "Private"),
    ],
)
def test_exercise_is_never_public(status: str, asked: str, scope: str) -> None:
    asks = request(status=status, scope=asked)
    assert scope_of(asks) is Scope(scope)
    made = document(request=asks)
    assert (text_of(made, "status"), text_of(made, "scope")) == (status, scope)
    addresses = None if scope == "Public" else "511921100208"
    assert text_of(made, "addresses") == addresses


def test_parameters_have_colour_assembly_point_position_and_counts() -> None:
    made = document(request=request(colour="orange", hazard_location=[31.9, 107.2]))
    assert named(made, "info/parameter") == {
        "colour": "orange",
        "assembly-point": "村小学",
        "hazard-location": "31.9,107.2",
        "households": "10",
        "people": "25",
    }
    assert text_of(made, "code") == "#27"


def test_divisions_are_geocodes_of_one_area() -> None:
    made = document(reached=(ReachedArea((QIANFO,), None), ReachedArea((NEXT, QIANFO), None)))
    assert texts_of(made, "info/area/areaDesc") == ["诺江镇千佛村、诺江镇南家村"]
    assert texts_of(made, "info/area/geocode/value") == [QIANFO, NEXT]


def test_drawing_has_polygons_and_circles_but_no_geocodes() -> None:
    parts = {"type": "MultiPolygon", "coordinates": [[RING], [HOLE]]}
    made = document(reached=(drawn(parts, circles=[CIRCLE]),))
    assert len(texts_of(made, "info/area/polygon")) == 2
    assert texts_of(made, "info/area/circle") == ["31.9,107.2 0.5"]
    assert texts_of(made, "info/area/geocode/value") == []
    assert text_of(made, "info/area/areaDesc") == "诺江镇千佛村、诺江镇南家村：画"


def test_drawing_with_holes_has_geocodes_and_a_geometry_parameter() -> None:
    geometry = {"type": "Polygon", "coordinates": [RING, HOLE]}
    made = document(reached=(drawn(geometry, circles=[CIRCLE]),))
    assert texts_of(made, "info/area/polygon") == []
    assert texts_of(made, "info/area/circle") == ["31.9,107.2 0.5"]
    assert texts_of(made, "info/area/geocode/value") == [QIANFO, NEXT]
    assert text_of(made, "info/area/areaDesc") == "诺江镇千佛村、诺江镇南家村：无洞"
    assert json.loads(named(made, "info/parameter")["geometry"]) == {
        "type": "MultiPolygon",
        "coordinates": [[RING, HOLE]],
    }


def test_drawings_with_holes_share_the_first_area() -> None:
    """The parameter `geometry` belongs to the first area."""
    holed = drawn({"type": "Polygon", "coordinates": [RING, HOLE]})
    plain = drawn({"type": "Polygon", "coordinates": [RING]})
    widened = (ReachedArea((QIANFO,), None), holed, plain, holed)
    made = document(step=Step.WIDENED, reached=widened)
    assert texts_of(made, "info/area/areaDesc") == [
        "诺江镇千佛村、诺江镇南家村：无洞",
        "诺江镇千佛村",
        "诺江镇千佛村、诺江镇南家村：画",
    ]
    assert len(json.loads(named(made, "info/parameter")["geometry"])["coordinates"]) == 2


def test_drawing_added_by_widening_is_a_separate_area() -> None:
    geometry = {"type": "Polygon", "coordinates": [RING]}
    made = document(step=Step.WIDENED, reached=(drawn(geometry), ReachedArea((NEXT,), None)))
    assert texts_of(made, "info/area/geocode/value") == [NEXT]
    assert len(texts_of(made, "info/area/areaDesc")) == 2


def test_each_language_has_its_own_info() -> None:
    english = replace(
        SPOKEN,
        language="en-US",
        event="landslide",
        description=None,
        assembly_point="village school",
        names={QIANFO: "Qianfo village, Nuojiang town"},
    )
    made = document(spoken=(SPOKEN, english))
    assert texts_of(made, "info/language") == ["zh-CN", "en-US"]
    assert texts_of(made, "info/description") == ["后山裂缝变宽"]
    assert texts_of(made, "info/area/areaDesc") == ["诺江镇千佛村", "Qianfo village, Nuojiang town"]
    assert texts_of(made, "info/area/geocode/value") == [QIANFO] * 2
    assert {"村小学", "village school"} <= set(texts_of(made, "info/parameter/value"))


def test_references_are_limited_to_the_first_and_newest_messages() -> None:
    chain = tuple(replace(EARLIER, identifier=f"m{n}") for n in range(150))
    found = (text_of(document(step=Step.UPDATED, earlier=chain), "references") or "").split()
    named = [each.split(",")[1] for each in found]
    assert named == ["m0", *(f"m{n}" for n in range(51, 150))]
