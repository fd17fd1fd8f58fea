"""The divisions that a message's areas cover: codes, drawings, and both."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, event, update

from alerting.cap.alert import Area
from alerting.cap.area_forms import VALUE_NAME
from alerting.cap_inbox.locate import Place, locate
from alerting.cap_inbox.rules.message import CapArea, Circle, Ring
from alerting.cap_inbox.rules.outcomes import Reason
from contacts.tables import HOUSEHOLDS
from tests.support.city import CITY, NEXT_VILLAGE, QIANFO, TOWN, household_code

HERE: Ring = ((31.8, 107.1), (32.0, 107.1), (32.0, 107.3), (31.8, 107.3), (31.8, 107.1))
NOWHERE: Ring = ((10.0, 10.0), (11.0, 10.0), (11.0, 11.0), (10.0, 10.0))


@pytest.fixture
def connection(city: Engine) -> Iterator[Connection]:
    """Yield a connection to the tests' city, where only Qianfo's households have coordinates."""
    with city.connect() as connection:
        elsewhere = HOUSEHOLDS.c.division == NEXT_VILLAGE
        connection.execute(update(HOUSEHOLDS).where(elsewhere).values(latitude=None))
        yield connection


def coded(*codes: str, name: str = VALUE_NAME, rings: tuple[Ring, ...] = ()) -> CapArea:
    return CapArea("x", rings, geocodes=tuple((name, code) for code in codes))


def test_codes_give_divisions(connection: Connection) -> None:
    place = locate(connection, [coded(QIANFO), coded(NEXT_VILLAGE, QIANFO)])
    both = (QIANFO, NEXT_VILLAGE)
    assert place == Place(both, both, Area(divisions=both))
    assert locate(connection, [coded(QIANFO, TOWN)]).touched == (TOWN,)


def test_code_above_the_roster_covers_the_whole_roster(connection: Connection) -> None:
    assert locate(connection, [coded("51")]).touched == (CITY,)
    assert locate(connection, [coded("52")]).reason is Reason.UNKNOWN_CODES


def test_codes_may_be_padded_with_zeros(connection: Connection) -> None:
    assert locate(connection, [coded(f"{TOWN}000")]).touched == (TOWN,)
    assert locate(connection, [coded(f"{CITY:0<12}")]).touched == (CITY,)


@pytest.mark.parametrize("code", ["", "511921100299", household_code(QIANFO, 1), "5119x", "二"])
def test_unknown_codes_are_returned(connection: Connection, code: str) -> None:
    place = locate(connection, [coded(code)])
    assert (place.reason, place.unknown, place.shown_to) == (Reason.UNKNOWN_CODES, (code,), ())
    beside = locate(connection, [coded(code, QIANFO)])
    assert (beside.reason, beside.unknown, beside.shown_to) == (None, (code,), (QIANFO,))


def test_other_geocodes_are_ignored(connection: Connection) -> None:
    assert locate(connection, [coded(QIANFO, name="FIPS6")]).reason is Reason.NO_AREA
    assert locate(connection, []).reason is Reason.NO_AREA


def test_drawing_covers_the_villages_of_its_households(connection: Connection) -> None:
    place = locate(connection, [CapArea("x", (HERE,), circles=(Circle(10.0, 10.0, 1.0),))])
    assert (place.shown_to, place.touched) == ((QIANFO,), (QIANFO,))
    assert place.area is not None
    assert place.area.is_drawn
    circle = locate(connection, [CapArea("x", circles=(Circle(31.9, 107.2, 3.0),))])
    assert circle.touched == (QIANFO,)


def test_drawing_without_households_covers_nothing(connection: Connection) -> None:
    assert locate(connection, [CapArea("x", (NOWHERE,))]).reason is Reason.NOBODY_THERE


def test_drawing_takes_precedence_over_codes(connection: Connection) -> None:
    place = locate(connection, [coded(TOWN, rings=(HERE,))])
    assert (place.shown_to, place.touched) == ((TOWN,), (QIANFO,))
    assert place.area is not None
    assert place.area.is_drawn


def test_codes_count_if_no_household_is_in_the_drawing(connection: Connection) -> None:
    place = locate(connection, [coded(NEXT_VILLAGE, rings=(NOWHERE,))])
    assert place.area == Area(divisions=(NEXT_VILLAGE,))


def test_codes_combined_with_drawings_give_whole_villages(connection: Connection) -> None:
    place = locate(connection, [coded(NEXT_VILLAGE), CapArea("x", (HERE,))])
    assert place.area is None
    assert place.widest == Area(divisions=(QIANFO, NEXT_VILLAGE))


def test_bound_parameters_per_statement_are_limited(connection: Connection) -> None:
    statements: list[str] = []
    event.listen(
        connection,
        "before_cursor_execute",
        lambda _c, _u, statement, *_: statements.append(statement),
    )
    assert len(locate(connection, [coded(*map(str, range(1000, 3000)))]).unknown) == 2_000
    assert len(statements) < 10
    many = [CapArea("x", circles=(Circle(31.9 + n / 1e6, 107.2, 0.2),)) for n in range(1_500)]
    assert locate(connection, many).touched == (QIANFO,)
