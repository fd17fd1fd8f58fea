"""The changes that an update may make to an alert, and the amended alert."""

from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from alerting.cap.alert import AlertRequest, Colour, Point, explain
from alerting.errors import InvalidError

_NOTHING: Final = "nothing would change; name a field with another value"


class Changes(BaseModel):
    """The new values of an alert's fields; omitted fields stay unchanged.

    Status and area cannot change: an update never turns an exercise into a live alert, and an area
    is widened, not replaced.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: str | None = None
    colour: Colour | None = None
    description: str | None = None
    instruction: str | None = None
    assembly_point: str | None = None
    hazard_location: Point | None = None
    expires: AwareDatetime | None = None


def amend(request: AlertRequest, changes: Changes) -> AlertRequest:
    """Return the request with the changes applied.

    Raises:
        InvalidError: if a new value is invalid or nothing would change; `field` names the field.
    """
    given = changes.model_dump(exclude_none=True)
    try:
        amended = AlertRequest.model_validate(request.model_dump() | given)
    except ValidationError as wrong:
        field, _, problem = explain(wrong.errors())[0].partition(": ")
        raise InvalidError(field, problem) from None
    if amended == request:
        raise InvalidError("changes", _NOTHING)
    return amended
