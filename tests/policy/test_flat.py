"""A policy as a list of keys and values."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

import alerting
from alerting.policy.flat import ELSEWHERE, changed, flat
from alerting.policy.policy import Policy, default_policy, parse_policy


def test_values_are_written_as_in_the_file() -> None:
    found = flat(default_policy())
    assert found["alert.validity"] == "86400"
    assert found["exercise.everybody"] == "31622400"
    assert found["household.vulnerable_factor"] == "0.5"
    assert found["officer.steps"] == "0 websocket, 0 sms, 180 voice, 480 deputy, 480 tell_above"
    assert found["sending.link_in_reminders"] == "true"
    assert found["alert.time_zone"] == "Asia/Shanghai"
    assert not [key for key in found if key.startswith(("gateways", "sensors", "household_page"))]


def test_changed_values_have_old_and_new_value() -> None:
    after = parse_policy('[household.voice]\ntries = 2\n[issuer]\nnames = { zh = "通江县" }')
    assert changed(default_policy(), after) == {
        "household.voice.tries": ("3", "2"),
        "issuer.names.zh": ("", "通江县"),
    }
    assert changed(after, default_policy())["issuer.names.zh"] == ("通江县", "")
    assert changed(after, after) == {}


def test_every_value_is_explained_on_the_policy_page() -> None:
    pages = Path(alerting.__file__).parent / "web/src/languages/en/office.json"
    meanings = json.loads(pages.read_text("utf-8"))["meanings"]
    assert [key for key in keys(Policy) if key not in meanings] == []


def keys(section: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield the dotted keys of a section, including unset ones."""
    for name, field in section.model_fields.items():
        key = prefix + name
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{key}.")
        elif key not in ELSEWHERE:
            yield key
