"""The changes that an update may make to an alert, and the amended alert."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import ConfigDict, StringConstraints, ValidationError

from alerting.cap.alert import (
    MOST_DESCRIBED,
    AlertRequest,
    Colour,
    InfoText,
    Point,
    Translations,
)
from alerting.cap.explain import explain
from alerting.errors import InvalidError
from contacts.bounds import Body, Moment

_NOTHING: Final = "nothing would change; name a field with another value"

_Text = Annotated[str, StringConstraints(max_length=MOST_DESCRIBED)]


class Changes(Body):
    """The new values of an alert's fields; fields that are omitted or null stay unchanged.

    A null assembly point is a change: each village's people go to its own again.

    The translations of a changed field are dropped, because they translate the old value. New
    translations replace all earlier ones.

    Status and area cannot change: an update never turns an exercise into a live alert, and an area
    is widened, not replaced.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: _Text | None = None
    """The hazard."""
    colour: Colour | None = None
    """The level of the warning."""
    description: _Text | None = None
    """The event."""
    instruction: _Text | None = None
    """The instruction to people."""
    assembly_point: _Text | None = None
    """Where everybody is to go; null: each village's people to its own assembly point."""
    hazard_location: Point | None = None
    """Where the hazard is, as [latitude, longitude] in degrees WGS 84."""
    expires: Moment | None = None
    """When it stops sending."""
    translations: Translations | None = None
    """Its words in further languages, by the language's code."""


def amend(request: AlertRequest, changes: Changes) -> AlertRequest:
    """Return the request with the changes applied.

    Raises:
        InvalidError: if a new value is invalid or nothing would change; `field` names the field.
    """
    given = changes.model_dump(exclude_none=True)
    if "assembly_point" in changes.model_fields_set:
        given["assembly_point"] = changes.assembly_point
    given.setdefault("translations", _still_true(request, given))
    try:
        amended = AlertRequest.model_validate(request.model_dump() | given)
    except ValidationError as wrong:
        field, _, problem = explain(wrong.errors())[0].partition(": ")
        raise InvalidError(field, problem) from None
    if amended == request:
        raise InvalidError("changes", _NOTHING)
    return amended


def _still_true(request: AlertRequest, given: Mapping[str, Any]) -> dict[str, InfoText]:
    """Return the translations without the words for fields that change."""
    stale = dict.fromkeys(InfoText.model_fields.keys() & given.keys())
    return {
        language: words.model_copy(update=stale) for language, words in request.translations.items()
    }
