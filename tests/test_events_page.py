"""The events page is generated from the event classes."""

from alerting.ledger.events.kinds import EventKind
from scripts.events_page import PAGE, page


def test_page_is_up_to_date() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "run 'python scripts/events_page.py'"


def test_every_kind_has_its_section() -> None:
    sections = [line.removeprefix("## ") for line in page().splitlines() if line.startswith("## ")]
    assert sections == list(EventKind)


def test_fields_have_types() -> None:
    starts = {row.rpartition(" | ")[0] for row in page().splitlines()}
    assert "| `told` | list of string" in starts
    assert "| `channel` | `sms` \\| `voice` \\| `websocket` \\| `group`" in starts
    assert "| `opened_at` | date-time" in starts
