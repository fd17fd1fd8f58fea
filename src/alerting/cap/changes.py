"""The changes that an update may make to an alert, and how to apply them."""

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

    A null assembly point is an exception: it lets each village use its own again.

    Translations of a changed field are dropped, because they translate the old value. New
    translations replace all earlier ones.

    Status and area cannot change. An update never turns an exercise into an actual alert, and an
    area can only be widened.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: _Text | None = None
    """The hazard, such as a landslide."""
    colour: Colour | None = None
    """Warning level."""
    description: _Text | None = None
    """The observation, and the danger that follows from it."""
    instruction: _Text | None = None
    """Instruction to people."""
    assembly_point: _Text | None = None
    """Assembly point for everybody; null: each village uses its own."""
    hazard_location: Point | None = None
    """Position of the hazard: [latitude, longitude] in degrees, WGS 84."""
    expires: Moment | None = None
    """When the alert expires and stops sending."""
    translations: Translations | None = None
    """Words in other languages, by language code."""


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
    """Return the translations without the words of the changed fields."""
    stale = dict.fromkeys(InfoText.model_fields.keys() & given.keys())
    return {
        language: words.model_copy(update=stale) for language, words in request.translations.items()
    }
