from datetime import UTC, datetime

from sqlalchemy import Engine

from alerting.doctor.finding import Severity
from alerting.doctor.outlines import outline_findings
from alerting.outlines.answers import Outlines
from alerting.outlines.read import shapes_in
from tests.support.city import QIANFO, TOWN, found_city
from tests.support.outlines import collection, feature, square


def said(engine: Engine, *codes: str) -> list[tuple[Severity, str]]:
    content = collection(*(feature(code, square(107, 31, 1)) for code in codes))
    outlines = Outlines.of(shapes_in(content), datetime.now(UTC))
    with engine.begin() as connection:
        found_city(connection)
        return [(each.severity, each.said) for each in outline_findings(connection, outlines)]


def test_outlines_are_counted(engine: Engine) -> None:
    ((severity, words),) = said(engine, TOWN, QIANFO)
    assert severity is Severity.GOOD
    assert words.startswith("2 of ")


def test_unknown_codes_are_named_up_to_a_bound(engine: Engine) -> None:
    _, (severity, words) = said(engine, TOWN, *(f"5129{number:02}" for number in range(12)))
    assert severity is Severity.WARNING
    assert words.startswith("12 outlines are of divisions that the roster does not have: 512900,")
    assert words.endswith("512909 and 2 more")


def test_without_a_file_nothing_is_said(engine: Engine) -> None:
    with engine.connect() as connection:
        assert outline_findings(connection, None) == []
