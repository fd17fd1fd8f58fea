"""Fuzzing from the OpenAPI document: every response matches it, and none is a 5xx.

Schemathesis generates valid and invalid requests, and follows the links from response to response.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.running import Running

ROLES: Final = ("informant", "grid", "commander", "county-duty", "administrator")
SHORT_SECONDS: Final = 6
LONG_SECONDS: Final = 60
"""Per role and database; the long test takes ten minutes in all."""
CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


async def test_commanders_fuzzed_requests_get_documented_responses(
    service: Running, tmp_path: Path
) -> None:
    assert await found(service, tmp_path, "commander", SHORT_SECONDS, "--seed", "21") == ""


@pytest.mark.long
@pytest.mark.sends
async def test_every_roles_fuzzed_requests_get_documented_responses(
    service: Running, tmp_path: Path
) -> None:
    faults = [await found(service, tmp_path, role, LONG_SECONDS) for role in ROLES]
    assert faults == [""] * len(ROLES), "\n".join(faults)


async def found(service: Running, folder: Path, role: str, seconds: int, *more: str) -> str:
    """Fuzz the service as `role` for `seconds`; return the report, or '' if there is no fault."""
    status, document = await service.get("/api/openapi.json")
    assert status == 200
    described = folder / "openapi.json"
    described.write_text(json.dumps(without_tuples(document)), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", str(described), "--url", service.url),
        *("--header", f"Authorization: Bearer {service.tokens[role]}"),
        *("--checks", ",".join(CHECKS), "--max-time", str(seconds), "--continue-on-failure"),
        *("--no-color", "--warnings", "off", *more),
        cwd=folder,
        stdout=PIPE,
        stderr=STDOUT,
    )
    told, _ = await process.communicate()
    is_sound = process.returncode == 0 and b"No issues found" in told
    return "" if is_sound else f"As {role}:\n{told.decode()}"


def without_tuples(schema: Any) -> Any:
    """Return the document with tuples of a single type declared as lists.

    Schemathesis 4.32 turns `prefixItems` below `additionalProperties` into a form that its own
    validator refuses.
    """
    if isinstance(schema, list):
        return [without_tuples(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: without_tuples(part) for name, part in schema.items()}
    first, *others = made.get("prefixItems", [None])
    if others and all(each == first for each in others):
        made["items"] = made.pop("prefixItems")[0]
    return made


def test_only_tuples_of_a_single_type_become_lists() -> None:
    pair = {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}]}
    mixed = {"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}]}
    assert without_tuples({"a": [pair], "b": mixed}) == {
        "a": [{"type": "array", "items": {"type": "number"}}],
        "b": mixed,
    }
