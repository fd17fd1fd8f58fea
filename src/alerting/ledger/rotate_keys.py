"""Rotates the encryption key: encrypts every stored value with a new key, in batches."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    String,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlmodel import SQLModel

from alerting.database.keys import check_keys, keys_in_use, register_key
from alerting.database.tables import encryption_keys
from alerting.ledger.alerts import any_followed
from contacts.encryption.cipher import ID_CHARACTERS, Domain
from contacts.encryption.columns import Encrypted, encrypted_in
from contacts.encryption.keys import KEYS, add_key

ROWS_IN_SET: Final = 500
"""Rows encrypted by one transaction; the service's writer waits about 50 ms for it."""


class FollowedError(ValueError):
    """A rotation was refused because an alert is not over."""


def begin_rotation(connection: Connection, now: datetime) -> None:
    """Add a new encryption key and put it into use, unless a rotation is unfinished.

    Raises:
        FollowedError: if an alert is not over.
    """
    check_keys(connection)
    _refuse_if_followed(connection)
    if keys_in_use(connection) == {KEYS.ring.ids[0]}:
        add_key(KEYS.file)
        KEYS.use(KEYS.file)
    register_key(connection, now)


def rotate(engine: Engine, rows_in_set: int = ROWS_IN_SET) -> Iterator[tuple[str, int]]:
    """Encrypt all values with the newest key; yield the table's name and row count of each batch.

    An interrupted rotation can be started again and skips finished rows. After each batch it pauses
    for as long as the batch took, so that others can write. A value that cannot be decrypted stays
    as it is.

    Raises:
        FollowedError: if an alert begins during the rotation.
    """
    for table in SQLModel.metadata.sorted_tables:
        encrypted = encrypted_in(table.c)
        damaged: set[str] = set()
        while encrypted:
            began = time.monotonic()
            with engine.begin() as connection:
                _refuse_if_followed(connection)
                done = _encrypt_again(connection, table, encrypted, damaged, rows_in_set)
            if not done:
                break
            yield table.name, done
            time.sleep(time.monotonic() - began)
    with engine.begin() as connection:
        others = encryption_keys.c.id != KEYS.ring.ids[0]
        connection.execute(delete(encryption_keys).where(others))


def _refuse_if_followed(connection: Connection) -> None:
    # Midway through a rotation a phone number is encrypted differently in different tables, so
    # joins on it would fail.
    if any_followed(connection):
        raise FollowedError(
            "An alert is being followed: run 'alerting key rotate' again when it is over"
        )


def _encrypt_again(
    connection: Connection,
    table: Table,
    encrypted: Mapping[str, Domain],
    damaged: set[str],
    limit: int,
) -> int:
    """Encrypt up to `limit` rows with the newest key, and return the number of rows.

    Add values that cannot be decrypted to `damaged`.
    """
    stored = [_stored(table.c[name]).label(name) for name in encrypted]
    others = [each for each in table.primary_key if each.name not in encrypted]
    first = KEYS.ring.ids[0]
    old = or_(
        *(
            and_(
                each != "",
                func.substr(each, 1, ID_CHARACTERS) != first,
                each.not_in(sorted(damaged)),
            )
            for each in stored
        )
    )
    query = select(*others, *stored).where(old).limit(limit).with_for_update()
    rows = connection.execute(query).mappings().all()
    if rows:
        connection.execute(
            _replacing(table, encrypted), [_changed(encrypted, row, damaged) for row in rows]
        )
    return len(rows)


def _replacing(table: Table, encrypted: Mapping[str, Domain]) -> Update:
    key = [_stored(each) == bindparam(f"old_{each.name}") for each in table.primary_key]
    new = {name: bindparam(f"new_{name}", type_=String()) for name in encrypted}
    return update(table).where(*key).values(new)


def _stored(column: Column[Any]) -> ColumnElement[Any]:
    """Return a column expression that reads the stored value without decrypting it."""
    return type_coerce(column, String) if isinstance(column.type, Encrypted) else column


def _changed(encrypted: Mapping[str, Domain], row: RowMapping, damaged: set[str]) -> dict[str, Any]:
    """Return the parameters of one row's update: its old key, and its newly encrypted values."""
    ring = KEYS.ring
    changed = {f"old_{name}": value for name, value in row.items()}
    for name, domain in encrypted.items():
        changed[f"new_{name}"] = row[name]
        try:
            text = row[name] and ring.decrypted(domain, row[name])
        except ValueError:
            damaged.add(row[name])
        else:
            changed[f"new_{name}"] = text and ring.encrypted(domain, text)
    return changed
