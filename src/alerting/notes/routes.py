"""HTTP route for the notes and proposals of other systems and of sensors."""

from fastapi import APIRouter

from alerting.access.callers import Caller, RuntimeDep
from alerting.notes.listing import listed_for
from alerting.notes.schemas import NoteBody

router = APIRouter(prefix="/api/notes", tags=["notes"])


@router.get("")
async def get_notes(caller: Caller, runtime: RuntimeDep) -> list[NoteBody]:
    """List what CAP sources and sensors noted or proposed on the caller's board.

    Proposals that wait come first, then the newest. A CAP message is listed until it expires, news
    of a sensor for a day.
    """
    policy, now = runtime.policy, runtime.clock.now()
    found = await runtime.database.read(lambda db: listed_for(db, policy, caller, now))
    return [NoteBody.of(each) for each in found]
