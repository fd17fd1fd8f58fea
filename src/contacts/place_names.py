"""Divisions as the roster names them: by code, with those that they lie in."""

from collections.abc import Collection

from sqlalchemy import Connection

from contacts.directory import divisions_named, village_names
from contacts.division import Division, ancestors
from contacts.naming import everyday_name


def short_names(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """Return the everyday names of these divisions, by code."""
    names = village_names(connection, codes)
    return {code: everyday_name(name) for code, name in names.items()}


def with_those_above(connection: Connection, codes: Collection[str]) -> dict[str, Division]:
    """Return these divisions and all above them by code, without unknown codes."""
    wanted = {each for code in codes for each in (code, *ancestors(code))}
    return {each.code: each for each in divisions_named(connection, wanted)}
