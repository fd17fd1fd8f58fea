"""Check that the database exists, accepts writes, has disk space, and has the newest schema."""

import os
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, make_url, text

from alerting.database.engine import writer_engine
from alerting.database.keys import check_keys
from alerting.database.lease import beat
from alerting.doctor.finding import Finding, Part, failure, good, has_failed, warning
from alerting.doctor.stored_values import values_found
from alerting.migrations.upgrade import SchemaState, schema_state
from alerting.runtime import wall_clock
from contacts.encryption.cipher import KeyFileError
from contacts.encryption.keys import KEYS

_MIB: Final = 2**20

_LEAST_FREE: Final = 100 * _MIB

_LITTLE_FREE: Final = 1024 * _MIB

_CONNECT_SECONDS: Final = "5"
"""Connect timeout. Without it, the driver would wait minutes for a host that drops packets."""


def missing_file(url: str) -> Finding | None:
    """Return a failure if the SQLite file is missing, otherwise None; never create the file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    file = Path(parsed.database)
    if file.is_file():
        return None
    folder = file.absolute().parent
    if os.access(folder, os.W_OK):
        return failure(Part.DATABASE, f"there is no {file}", "run 'alerting migrate' to make it")
    return failure(
        Part.DATABASE,
        f"there is no {file}, and this user cannot create files in {folder}",
        "correct ALERTING_DATABASE_URL, or make the folder and let this user write there",
    )


def patient_engine(url: str) -> Engine:
    """Return a writer engine that gives up connecting to a PostgreSQL server after 5 s."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        waits = {"connect_timeout": _CONNECT_SECONDS, **parsed.query}
        parsed = parsed.set(query=waits)
    return writer_engine(parsed.render_as_string(hide_password=False))


def unusable(url: str, reason: str) -> Finding:
    """Return the failure for a database that cannot be used; it shows the URL, not the password."""
    shown = make_url(url).render_as_string()
    return failure(
        Part.DATABASE,
        f"{shown} cannot be used: {' '.join(reason.split())}",
        "check ALERTING_DATABASE_URL, that the server runs, and that this user may write there",
    )


def kind_found(connection: Connection, url: URL) -> Finding:
    """Return the good finding that names the kind, version and URL of a working database."""
    version = ".".join(map(str, connection.dialect.server_version_info or ()))
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.dialect.name]
    return good(Part.DATABASE, f"{name} {version} at {url.render_as_string()}, accepts writes")


def room_found(free: int, place: str) -> Finding:
    """Return a finding about the disk's free space in bytes; less than 100 MiB is a failure."""
    said = f"{free / 2**30:.1f} GiB free in {place}"
    remedy = "free some disk space: on a full disk no text is sent"
    if free < _LEAST_FREE:
        return failure(Part.DATABASE, said, remedy)
    if free < _LITTLE_FREE:
        return warning(Part.DATABASE, said, remedy)
    return good(Part.DATABASE, said)


def schema_found(state: SchemaState) -> Finding:
    """Return a finding that says whether the tables have the schema of this version."""
    if state is SchemaState.NEWEST:
        return good(Part.SCHEMA, "the newest")
    if state is SchemaState.UNKNOWN:
        return failure(
            Part.SCHEMA,
            "of a version newer than this program",
            "install the version that made it, or a newer one",
        )
    said = "there are no tables" if state is SchemaState.EMPTY else "of an older version"
    return failure(Part.SCHEMA, said, "run 'alerting migrate'")


def database_findings(engine: Engine) -> list[Finding]:
    """Check a database that exists, and return the findings.

    Raises:
        DBAPIError: if the database cannot be used.
    """
    with engine.connect() as connection:
        state = schema_state(connection)
    _probe(engine, state)
    with engine.connect() as connection:
        found = [kind_found(connection, engine.url), _room(connection, engine.url)]
        if state is SchemaState.NEWEST:
            found.append(key_found(connection))
            found += [] if has_failed(found) else [values_found(connection)]
    return [*found, schema_found(state)]


def key_found(connection: Connection) -> Finding:
    """Return a finding that says whether the key file fits the database and is kept private."""
    try:
        check_keys(connection)
        mode = KEYS.file.stat().st_mode
    except (KeyFileError, OSError) as missing:
        return failure(
            Part.DATABASE, str(missing), "put the key file back: without it no value can be read"
        )
    said = f"its keys are in {KEYS.file}"
    if mode & 0o077:
        return warning(Part.DATABASE, f"{said}, which others can read", f"chmod 600 {KEYS.file}")
    return good(Part.DATABASE, said)


def _probe(engine: Engine, state: SchemaState) -> None:
    """Test that the database accepts writes, and roll the write back."""
    with engine.connect() as connection:
        transaction = connection.begin()
        if state is SchemaState.NEWEST:
            beat(connection, wall_clock())
        else:
            connection.execute(text("CREATE TABLE alerting_doctor (probe INTEGER)"))
        transaction.rollback()


def _room(connection: Connection, url: URL) -> Finding:
    if connection.dialect.name == "sqlite":
        folder = Path(url.database or ".").absolute().parent
        return room_found(shutil.disk_usage(folder).free, str(folder))
    size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    used = f"{(size or 0) / _MIB:,.0f} MiB"
    return good(Part.DATABASE, f"{used} used; let the server's monitoring watch its free space")
