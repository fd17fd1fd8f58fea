"""Routes that split an officer's doors among the officers on duty near them."""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import ConfigDict

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import allows
from alerting.access.rules import Act
from alerting.board.door_split import Share, Split, preview_split, split_among
from alerting.database.tables import RowId
from contacts.bounds import Body, OfficerId

router = APIRouter(prefix="/api/alerts/{alert_id}/door-split", tags=["tasks"])


class SplitBody(Body):
    """The officer whose doors are split."""

    model_config = ConfigDict(extra="forbid")

    officer: OfficerId
    """The officer's id."""


class ShareBody(Body):
    """An officer's part of the doors that are split."""

    officer: str
    """The officer's id."""
    name: str
    """The officer's name."""
    division: str
    """The officer's division."""
    doors: int
    """Number of these doors that the officer gets or keeps."""
    total: int
    """Number of doors that wait for the officer then."""

    @classmethod
    def of(cls, share: Share) -> Self:
        """Return the body for a share."""
        officer = share.officer
        return cls(
            officer=officer.id,
            name=officer.name,
            division=officer.division,
            doors=share.doors,
            total=share.total,
        )


class DoorSplitBody(Body):
    """How an officer's doors are split."""

    doors: int
    """Number of doors for which the officer has not set out."""
    shares: list[ShareBody]
    """The officers who get or keep some, the uppermost tier first."""

    @classmethod
    def of(cls, split: Split) -> Self:
        """Return the body for a split."""
        return cls(doors=len(split.doors), shares=[ShareBody.of(each) for each in split.shares])


@router.get("", openapi_extra=allows(Act.SEND))
async def get_door_split(
    alert_id: RowId,
    caller: Caller,
    runtime: RuntimeDep,
    officer: Annotated[OfficerId, Query(description="The id of the officer whose doors they are.")],
) -> DoorSplitBody:
    """Return how an officer's doors would be split now; changes nothing."""
    return DoorSplitBody.of(await preview_split(runtime, caller, alert_id, officer))


@router.post("", openapi_extra=allows(Act.SEND, 409))
async def post_door_split(
    alert_id: RowId, body: SplitBody, caller: Caller, runtime: RuntimeDep
) -> DoorSplitBody:
    """Split the doors for which an officer has not set out among those on duty near them.

    Each door goes to the officer with the fewest doors at that time, and among equals to the
    nearest. Doing it again moves nothing more.
    """
    return DoorSplitBody.of(await split_among(runtime, caller, alert_id, body.officer))
