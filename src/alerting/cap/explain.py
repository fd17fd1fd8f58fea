"""Error texts for an invalid request: the field, the problem, and what to give instead."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from alerting.cap.alert import AlertRequest, Area, InfoText
from alerting.cap.area_forms import Circle
from alerting.cap.exercise import Exercise


def explain(errors: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return one line per error, with the field, the problem, and what to give instead.

    `errors` are pydantic's details, from `ValidationError.errors()`.
    """
    return tuple(_explain(error) for error in errors)


def _explain(error: Mapping[str, Any]) -> str:
    path = [str(part) for part in error["loc"]]
    problem = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        return f"{path[-1]}: there is no such field; leave it out"
    if problem.partition(": ")[0] in _NAMES:
        return problem
    if (field := _innermost(path)) is None:
        # The location of an error of the whole model is 'body', which is not a field.
        return f"{path[-1]}: {problem}" if len(path) > 1 else problem
    name, remedy = field
    return f"{name}: {problem}; give {remedy}"


def _innermost(path: Iterable[str]) -> tuple[str, str | None] | None:
    """Return the name and description of the innermost known field on an error's path, or None.

    Below a field of `_PARTS`, the known fields are those of the part's model.
    """
    found, fields = None, _FIELDS
    for name in path:
        if name in fields:
            found = name, fields[name].description
        fields = _PARTS.get(name, fields)
    return found


# A hazard point's body has the fields of a drawing at its top level, not within an area.
_FIELDS: Final = {
    **AlertRequest.model_fields,
    **{name: Area.model_fields[name] for name in ("polygon", "geometry", "circles")},
}

_PARTS: Final = {
    "area": Area.model_fields,
    "circles": Circle.model_fields,
    "exercise": Exercise.model_fields,
    "translations": InfoText.model_fields,
}
"""The fields of the nested models of an alert, by the field that contains them."""

_NAMES: Final = frozenset(_FIELDS).union(*_PARTS.values())
