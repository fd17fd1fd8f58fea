"""The benches' town, in which every household has one phone, with its database on a disk."""

from pathlib import Path

from sqlalchemy import select

from alerting.database.engine import writing
from contacts.encryption.keys import key_file_of
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS
from scripts.benches.town import COUNTY, TOWN, found_town, fresh_copy, household_phone, workshop


def test_every_household_has_one_phone_of_its_own(tmp_path: Path) -> None:
    assert found_town(tmp_path / TOWN, 700)
    with writing(f"sqlite:///{tmp_path / TOWN}") as connection:
        phones = list(connection.scalars(select(HOUSEHOLD_PHONES.c.number)))
        places = list(connection.scalars(select(HOUSEHOLDS.c.division).distinct()))
    assert sorted(phones) == sorted(map(household_phone, range(700)))
    assert len(places) > 100
    assert all(code.startswith(COUNTY) for code in places)


def test_fresh_copy_has_no_changes_of_the_previous_run(tmp_path: Path) -> None:
    (tmp_path / TOWN).write_bytes(b"as founded")
    used = fresh_copy(tmp_path)
    used.write_bytes(b"used")
    journal = used.with_name(f"{used.name}-wal")
    journal.write_bytes(b"left over")
    assert fresh_copy(tmp_path).read_bytes() == b"as founded"
    assert not journal.exists()


def test_databases_of_a_workshop_have_their_own_key_file() -> None:
    with workshop() as folder:
        assert key_file_of(f"sqlite:///{folder / TOWN}") == folder / "alerting.key"


def test_workshop_is_removed_with_its_contents() -> None:
    with workshop() as folder:
        (folder / "left.db").touch()
    assert not folder.exists()
