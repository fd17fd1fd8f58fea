"""Routes that split an officer's open door tasks among the officers on duty nearby."""

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
    """Id of the officer."""


class ShareBody(Body):
    """An officer's share of the split doors."""

    officer: str
    """Id of the officer."""
    name: str
    """Name of the officer."""
    division: str
    """Division of the officer."""
    doors: int
    """Number of the split doors that the officer gets or keeps."""
    total: int
    """Number of all doors that are pending for the officer after the split."""

    @classmethod
    def of(cls, share: Share) -> Self:
        """Return the body of a share."""
        officer = share.officer
        return cls(
            officer=officer.id,
            name=officer.name,
            division=officer.division,
            doors=share.doors,
            total=share.total,
        )


class DoorSplitBody(Body):
    """The split of an officer's open doors."""

    doors: int
    """Number of doors that are split, because the officer has not set out for them."""
    shares: list[ShareBody]
    """Officers who get or keep doors, highest tier first."""

    @classmethod
    def of(cls, split: Split) -> Self:
        """Return the body of a split."""
        return cls(doors=len(split.doors), shares=[ShareBody.of(each) for each in split.shares])


@router.get("", openapi_extra=allows(Act.SEND))
async def get_door_split(
    alert_id: RowId,
    caller: Caller,
    runtime: RuntimeDep,
    officer: Annotated[OfficerId, Query(description="Id of the officer whose doors are split.")],
) -> DoorSplitBody:
    """Return how an officer's open doors would be split now; nothing is changed."""
    return DoorSplitBody.of(await preview_split(runtime, caller, alert_id, officer))


@router.post("", openapi_extra=allows(Act.SEND, 409))
async def post_door_split(
    alert_id: RowId, body: SplitBody, caller: Caller, runtime: RuntimeDep
) -> DoorSplitBody:
    """Split an officer's open doors among the officers on duty nearby.

    Open doors are those for which the officer has not set out. Each door goes to the officer who
    has the fewest doors so far; of equals, to the nearest. A repeat moves nothing more.
    """
    return DoorSplitBody.of(await split_among(runtime, caller, alert_id, body.officer))
