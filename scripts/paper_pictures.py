"""Takes pictures of the first page of a report, of cards and of a roll, after a simulated alert.

Run by scripts/pictures. The alert and its people are those of the tests.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, update

from alerting.board.curve import Curves
from alerting.ledger.alerts import stored
from alerting.migrations.upgrade import migrate
from alerting.paper.cards import cards_document
from alerting.paper.print import Print
from alerting.paper.roll import roll_document
from alerting.policy.issuer import IssuerRules
from alerting.report.document import report_document
from alerting.report.facts import facts_of
from alerting.report.words import Words
from alerting.typesetting.program import typeset
from contacts.tables import DIVISIONS
from tests.report.conftest import play
from tests.support.city import POLICY, QIANFO, after
from tests.support.closed_alert import raised
from tests.support.running import workplace

DOCS: Final = Path(__file__).parents[1] / "docs/pictures"

ISSUERS: Final = IssuerRules(names={"zh": "通江县应急管理局", "en": "Tongjiang Emergency"})

POINT: Final = {
    "assembly_point": "千佛村小学操场",
    "route": "出村口沿公路往东，过石桥，不走河沟边的小路",
    "latitude": 31.905,
    "longitude": 107.205,
    "contact_phone": "+8613900000009",
}

PIXELS_PER_INCH: Final = 100


def documents(db: Connection, alert: int) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the name of each picture, its template and its data."""
    policy = POLICY.model_copy(update={"issuer": ISSUERS})
    now, found = after(900), stored(db, alert)
    facts = facts_of(db, found, QIANFO, Curves(), policy, now)
    for language in ("zh", "en"):
        print_ = Print(db, policy, QIANFO, language, "https://alerts.example.org", now)
        words = Words(language, policy.alert.zone, facts.places)
        yield f"report-pdf-{language}", "report", report_document(facts, words, ISSUERS)
        yield f"roll-{language}", "roll", roll_document(print_, found, with_phones=True)
        cards = cards_document(print_, 4)
        spoken = [card for card in cards["cards"] if card["language"] == language]
        others = [card for card in cards["cards"] if card["language"] != language]
        yield f"cards-{language}", "cards", {**cards, "cards": [*spoken, *others][:4]}


async def take(folder: Path) -> None:
    """Simulate an alert, and write the pictures into a folder."""
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/alerting.db"
        migrate(url)
        async with workplace(url) as work:
            work.change(update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(POINT))
            alert = await raised(work, event="滑坡")
            await play(alert)
            made = work.runtime.database.look(lambda db: list(documents(db, alert.alert)))
    for name, template, data in made:
        job = {"template": template, "data": data, "fonts": None, "at": 0}
        pages = typeset(job, format="png", ppi=PIXELS_PER_INCH)
        first = pages[0] if isinstance(pages, list) else pages
        (folder / f"{name}.png").write_bytes(first)


def main(folder: Path = DOCS) -> None:
    """Take the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
