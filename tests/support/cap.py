"""Validates CAP documents by the OASIS schema, the WMO's validator and the text of CAP 1.2."""

import re
from xml.etree import ElementTree as ET

from capvalidator import check_schema, validate_cap_message

from alerting.cap.document import NAMESPACE

_NAME = f"{{{NAMESPACE}}}"

_REFERENCE = re.compile(r"[^\s,<&]+,[^\s,<&]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


def text_of(document: bytes, path: str) -> str | None:
    """Return the text of the first element at a path of CAP names, such as info/area/areaDesc."""
    return next(iter(texts_of(document, path)), None)


def texts_of(document: bytes, path: str) -> list[str]:
    """Return the texts of all elements at a path of CAP names."""
    names = "/".join(_NAME + name for name in path.split("/"))
    return [each.text or "" for each in ET.fromstring(document).findall(names)]


def named(document: bytes, kind: str) -> dict[str, str]:
    """Return the values of an info's parameters or of an area's geocodes, by valueName."""
    names, values = texts_of(document, f"{kind}/valueName"), texts_of(document, f"{kind}/value")
    return dict(zip(names, values, strict=True))


def judge(document: bytes) -> None:
    """Check a document by the schema, the WMO's validator, and rules that no schema expresses."""
    schema = check_schema(document)
    assert schema.passed, schema.message
    whole = validate_cap_message(document, strict=False)
    assert whole.passed, whole.message
    assert not any(time.endswith("Z") for time in texts_of(document, "sent"))
    for identity in ("identifier", "sender"):
        assert re.fullmatch(r"[^\s,<&]+", text_of(document, identity) or "")
    _judge_scope(document)
    is_first = text_of(document, "msgType") == "Alert"
    references = (text_of(document, "references") or "").split()
    assert bool(references) != is_first
    assert all(_REFERENCE.fullmatch(each) for each in references)
    _judge_areas(document)


def _judge_scope(document: bytes) -> None:
    scope = text_of(document, "scope")
    assert (scope == "Restricted") == bool(text_of(document, "restriction"))
    assert scope != "Private" or text_of(document, "addresses")
    if text_of(document, "status") != "Actual":
        assert scope != "Public"


def _judge_areas(document: bytes) -> None:
    assert all(texts_of(document, "info/area/areaDesc"))
    for polygon in texts_of(document, "info/area/polygon"):
        corners = [tuple(map(float, pair.split(","))) for pair in polygon.split()]
        assert len(corners) >= 4
        assert corners[0] == corners[-1]
        assert all(abs(latitude) <= 90 and abs(longitude) <= 180 for latitude, longitude in corners)
    for circle in texts_of(document, "info/area/circle"):
        assert re.fullmatch(r"-?[\d.]+,-?[\d.]+ [\d.]+", circle)
