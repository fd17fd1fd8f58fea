"""Fixtures: a connection to a fresh database, and one to a database with a small city."""

from collections.abc import Iterator
from io import StringIO

import pytest
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from alerting.database.engine import writer_engine
from alerting.migrations.upgrade import migrate
from contacts.roster.importing import import_divisions, import_households, import_officers
from tests.support.city import NOW

DIVISIONS = """code,name,tier,parent
5119,巴中市,city,51
511921,通江县,county,5119
511922,南江县,county,5119
511921100,诺江镇,town,511921
511921101,民胜镇,town,511921
511921100208,千佛村民委员会,village,511921100
511921100209,元顶村民委员会,village,511921100
511921101200,鹦鸽嘴村民委员会,village,511921101
511921100208001,一网格,grid,511921100208
"""

OFFICERS = """id,name,role,division,phones,deputy_of
second,演练二,duty_officer,511921100,+8610000000103,first
first,演练一,duty_officer,511921100,+8610000000102,zero
zero,演练零,duty_officer,511921100,+8610000000100;+8610000000101,
chief,演练指挥长,town_commander,511921100,+8610000000104,
city,演练市,duty_officer,5119,+8610000000105,
admin,演练管理员,administrator,5119,+8610000000106,
grid208,演练网格员,grid_officer,511921100208,+8610000000107,
told208,演练信息员,informant,511921100208,+8610000000107,
grid209,演练网格员,grid_officer,511921100209,,
other,演练邻镇,duty_officer,511921101,+8610000000108,
far,演练邻县,duty_officer,511922,+8610000000109,
"""

HOUSEHOLDS = """\
code,division,address,head,headcount,phones,language,vulnerable,latitude,longitude,officer,persons
5119211002080001,511921100208,1号,住户0001,4,+8610000000002;+8610000000001,zh,,31.9,107.2,grid208,住户0001甲;住户0001乙
5119211002080002,511921100208,2号,住户0002,1,,zh,elderly;alone,31.91,107.21,grid208,
5119211002080010001,511921100208001,3号,住户0003,3,+8610000000001,en,,31.92,107.22,,
5119211002090001,511921100209,4号,住户0004,2,+8610000000004,zh,,,,grid209,
5119211012000001,511921101200,5号,住户0005,5,+8610000000005,zh,,32.5,107.8,,
"""

LANGUAGES = ("zh", "en")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """Yield an engine for a SQLite and a PostgreSQL database that all tests of contacts share."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('contacts') / 'contacts.db'}"
    else:
        url = request.getfixturevalue("postgres_server")
    migrate(url)
    engine = writer_engine(url)
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """Yield a transaction on an empty database, which is rolled back after the test."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.fixture
def city(conn: Connection) -> Connection:
    """Return a transaction on a database with a small city, which is rolled back."""
    import_divisions(conn, StringIO(DIVISIONS), now=NOW)
    import_officers(conn, StringIO(OFFICERS), LANGUAGES, now=NOW)
    import_households(conn, StringIO(HOUSEHOLDS), LANGUAGES, now=NOW)
    return conn
