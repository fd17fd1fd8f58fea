"""HTTP route for the notes and proposals from other systems and from sensors."""

from fastapi import APIRouter

from alerting.access.callers import Caller, RuntimeDep
from alerting.notes.listing import listed_for
from alerting.notes.schemas import NoteBody

router = APIRouter(prefix="/api/notes", tags=["notes"])


@router.get("")
async def get_notes(caller: Caller, runtime: RuntimeDep) -> list[NoteBody]:
    """List the notes and proposals from CAP sources and sensors for the caller's division.

    Waiting proposals come first, then the newest notes. A CAP message is listed until it expires, a
    sensor's report for a day.
    """
    policy, now = runtime.policy, runtime.clock.now()
    found = await runtime.database.read(lambda db: listed_for(db, policy, caller, now))
    return [NoteBody.of(each) for each in found]
