"""docs/events.md, generated from the kinds of events and their payloads.

`python scripts/events_page.py` writes it.
"""

from pathlib import Path
from typing import Final

from alerting.api.event_fields import Field, fields_of, one_line
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import Payload, Whose
from alerting.ledger.events.registry import OMITTED_FROM_LOG, PAYLOADS

PAGE: Final = Path(__file__).parents[1] / "docs/events.md"

_HEAD: Final = """\
# Events

An alert's log consists of events. Each has these fields:
- `seq`: its number in the alert's log, from 1;
- `at`: its time;
- `kind`: one of the headings below;
- `division`: the place where it happened; empty for the whole alert;
- `subject`: the id or code of the officer or household that it concerns; empty if there is none;
- `payload`: the fields of its kind, always all of them.

The feed and the log page leave out the kinds of evidence and deliveries, because households,
tallies and progress already show their effects. `python scripts/events_page.py` writes this page
from `alerting.ledger.events`.
"""

_SUBJECTS: Final = {
    Whose.OFFICER: "an officer's id",
    Whose.HOUSEHOLD: "a household's code",
    Whose.RECIPIENT: "an officer's id or a household's code",
}


def page() -> str:
    """Return docs/events.md, made from the payload classes."""
    return "\n".join([_HEAD, *(_section(kind) for kind in EventKind)])


def _section(kind: EventKind) -> str:
    payload = PAYLOADS[kind]
    facts = []
    if payload.subject in _SUBJECTS:
        facts.append(f"`subject`: {_SUBJECTS[payload.subject]}.")
    if kind in OMITTED_FROM_LOG:
        facts.append("Neither the feed nor the log page shows it.")
    parts = [f"## {kind}", one_line(payload.__doc__ or ""), " ".join(facts), _fields(payload)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _fields(payload: type[Payload]) -> str:
    rows = [_row(each) for each in fields_of(payload)]
    return "\n".join(["| field | type | meaning |", "| --- | --- | --- |", *rows]) if rows else ""


def _row(field: Field) -> str:
    shape = field.shape.replace("|", "\\|")
    return f"| `{field.name}` | {shape} | {field.meaning} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
