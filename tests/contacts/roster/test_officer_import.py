"""An import keeps the stored values for which a file of officers has no column."""

from io import StringIO

from sqlalchemy import Connection, update

from contacts.directory import officer
from contacts.roster.clerk_file import Asked
from contacts.roster.officer_import import read_officers_for, store_officers
from contacts.roster.sheets import text_sheet
from contacts.roster.store import Report
from contacts.tables import OFFICERS
from tests.support.city import NOW


def test_stored_principal_and_language_are_kept(city: Connection) -> None:
    city.execute(update(OFFICERS).where(OFFICERS.c.id == "first").values(language="en"))
    rows = "姓名,职务,单位,电话\n演练一,值班员,诺江镇,+8610000000999\n"
    file = read_officers_for(city, [text_sheet(StringIO(rows))], ("zh", "en"), Asked())
    assert store_officers(city, file, now=NOW) == Report(0, 1, 0)
    stored = officer(city, "first")
    assert stored is not None
    assert stored.phones == ("+8610000000999",)
    assert (stored.deputy_of, stored.language) == ("zero", "en")
