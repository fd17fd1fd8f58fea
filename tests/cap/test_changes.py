"""The changes that an update may make, and the changes that are refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from alerting.cap.alert import AlertRequest, InfoText
from alerting.cap.changes import Changes, amend
from alerting.errors import InvalidError
from tests.support.alert_rows import REQUEST
from tests.support.city import NOW, after


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event", "泥石流"),
        ("colour", "orange"),
        ("description", "水更大了"),
        ("instruction", "走东边"),
        ("assembly_point", "镇中学"),
        ("hazard_location", (31.9, 107.2)),
        ("expires", after(60)),
    ],
)
def test_change_of_one_field_keeps_the_others(field: str, value: object) -> None:
    amended = amend(REQUEST, Changes.model_validate({field: value}))
    assert getattr(amended, field) == value
    assert amended.model_copy(update={field: getattr(REQUEST, field)}) == REQUEST


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"event": ""}, "event"),
        ({"event": "滑" * 31}, "event"),
        ({"assembly_point": " "}, "assembly_point"),
        ({"event": "滑坡"}, "changes"),
        ({}, "changes"),
    ],
)
def test_invalid_change_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        amend(REQUEST, Changes.model_validate(changes))
    assert refused.value.field == field


def test_new_expiry_must_be_after_the_effective_time() -> None:
    later = REQUEST.model_copy(update={"effective": after(60)})
    with pytest.raises(InvalidError, match=r"^expires: give a time after effective"):
        amend(later, Changes(expires=NOW))


def test_update_that_changes_nothing_is_refused() -> None:
    with pytest.raises(InvalidError, match=r"^changes: nothing would change; name a field"):
        amend(REQUEST, Changes())


def test_null_clears_the_assembly_point_in_every_language() -> None:
    there = {"assembly_point": "村小学", "translations": {"en": {"assembly_point": "the school"}}}
    before = AlertRequest.model_validate(REQUEST.model_dump() | there)
    cleared = amend(before, Changes(assembly_point=None))
    assert cleared.assembly_point is None
    assert cleared.translations["en"].assembly_point is None
    assert cleared.model_copy(update={"translations": before.translations}) == (
        before.model_copy(update={"assembly_point": None})
    )


@pytest.mark.parametrize("field", sorted(Changes.model_fields.keys() - {"assembly_point"}))
def test_null_in_any_other_field_changes_nothing(field: str) -> None:
    with pytest.raises(InvalidError, match=r"^changes: nothing would change"):
        amend(REQUEST, Changes.model_validate({field: None}))


@pytest.mark.parametrize("field", ["status", "area", "msg_type", "references"])
def test_status_and_area_cannot_change(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        Changes.model_validate({field: "Actual"})


def test_changed_field_loses_its_translations() -> None:
    words = {"event": "landslide", "assembly_point": "the school"}
    before = AlertRequest.model_validate(REQUEST.model_dump() | {"translations": {"en": words}})
    after_move = amend(before, Changes(assembly_point="镇中学")).translations["en"]
    assert (after_move.event, after_move.assembly_point) == ("landslide", None)


def test_new_translations_replace_the_earlier_ones() -> None:
    words = {"assembly_point": "the town school"}
    changes = Changes.model_validate({"assembly_point": "镇中学", "translations": {"en": words}})
    assert amend(REQUEST, changes).translations == {
        "en": InfoText(assembly_point="the town school")
    }
