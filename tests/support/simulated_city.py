"""A few households and officers, and a board that watches their alert."""

from datetime import UTC, datetime
from typing import Any

from alerting.drill.city.handsets import RosterEntry
from alerting.drill.city.roster import City
from alerting.drill.progress.board import Board
from tests.support.clocks import story_time

VILLAGE, NEXT_VILLAGE = "511921100208", "511921100209"
ANCHOR = datetime(2022, 8, 29, 4, 0, tzinfo=UTC)
SEED = 1


def household(
    number: int, village: str = VILLAGE, phones: int = 1, language: str = "zh"
) -> RosterEntry:
    numbers = tuple(f"+8610000{number:04d}{position:02d}" for position in range(phones))
    code = f"{village}{number:04d}"
    return RosterEntry(code, 3, numbers, vulnerable=False, kind="household", language=language)


def city_of(*households: RosterEntry) -> City:
    names = {VILLAGE: "千佛村", NEXT_VILLAGE: "元顶村", VILLAGE[:9]: "诺江镇"}
    officers = {
        id_: RosterEntry(id_, 1, (f"+86100010000{position:02d}",), vulnerable=False, kind="officer")
        for position, id_ in enumerate((f"grid-{VILLAGE}", f"deputy-{VILLAGE[:9]}"))
    }
    points = {VILLAGE: "千佛村小学操场", NEXT_VILLAGE: "元顶村文化广场"}
    heads = frozenset({"住户0001", "住户0002"})
    return City(SEED, {home.code: home for home in households}, officers, names, points, heads)


def tally(**people: int) -> dict[str, Any]:
    """Return the tally of a village in which every household has one person."""
    return {"households": dict(people), "people": dict(people)}


def board() -> Board:
    """Return a board of a drill that began at the anchor and runs in real time."""
    return Board(story_time(1.0, ANCHOR))


def frame(seq: int, second: int, **content: Any) -> dict[str, Any]:
    at = ANCHOR.replace(minute=second // 60, second=second % 60).isoformat()
    return {"type": "frame", "seq": seq, "at": at, "tallies": {}} | content


def event(kind: str, subject: str, division: str = "", **payload: Any) -> dict[str, Any]:
    """Return a log entry as the feed sends it."""
    at = ANCHOR.isoformat()
    told = {"kind": kind, "subject": subject, "division": division, "payload": payload}
    return {"seq": 1, "at": at} | told
