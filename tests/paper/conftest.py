"""Fixtures for cards and rolls of a village with an assembly point."""

import pytest
from sqlalchemy import update

from alerting.paper.print import Print
from contacts.tables import DIVISIONS
from tests.support.city import POLICY, QIANFO, after
from tests.support.running import Workplace

POINT = {
    "assembly_point": "千佛村小学操场",
    "route": "出村口往东，过石桥",
    "latitude": 31.91,
    "longitude": 107.2,
    "contact_phone": "+8613900000009",
}


@pytest.fixture
def gathered(work: Workplace) -> Workplace:
    """Give Qianfo an assembly point."""
    work.change(update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(POINT))
    return work


def printing(language: str = "zh", division: str = QIANFO) -> Print:
    """Return a `Print` without a connection, which tests replace."""
    return Print(None, POLICY, division, language, "https://alerts.example.org", after(900))  # type: ignore[arg-type]
