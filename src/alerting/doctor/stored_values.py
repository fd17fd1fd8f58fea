"""Check that every encrypted value in the database can be decrypted."""

from collections import Counter
from typing import Final

from sqlalchemy import Connection, String, Table, select, type_coerce
from sqlmodel import SQLModel

from alerting.doctor.finding import Finding, Part, failure, good
from contacts.encryption.cipher import Domain
from contacts.encryption.columns import encrypted_in
from contacts.encryption.keys import KEYS

_ROWS_AT_ONCE: Final = 1_000


def values_found(connection: Connection) -> Finding:
    """Decrypt every stored value; return a finding with the number of failures by column."""
    damaged: Counter[str] = Counter()
    for table in SQLModel.metadata.sorted_tables:
        damaged += _damaged_in(connection, table)
    if not damaged:
        return good(Part.DATABASE, "every encrypted value can be read")
    listed = ", ".join(f"{column} ({number})" for column, number in sorted(damaged.items()))
    return failure(
        Part.DATABASE,
        f"{damaged.total()} encrypted values cannot be read: {listed}",
        "enter them again or restore a backup; until then the people concerned may get no text",
    )


def _damaged_in(connection: Connection, table: Table) -> Counter[str]:
    damaged: Counter[str] = Counter()
    encrypted = encrypted_in(table.c)
    if not encrypted:
        return damaged
    stored = select(*(type_coerce(table.c[name], String).label(name) for name in encrypted))
    for row in connection.execute(stored, execution_options={"yield_per": _ROWS_AT_ONCE}):
        for (name, domain), value in zip(encrypted.items(), row, strict=True):
            if value and not _is_readable(domain, value):
                damaged[f"{table.name}.{name}"] += 1
    return damaged


def _is_readable(domain: Domain, value: str) -> bool:
    try:
        KEYS.ring.decrypted(domain, value)
    except ValueError:
        return False
    return True
