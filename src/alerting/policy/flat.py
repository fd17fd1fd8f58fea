"""Converts a policy to a list of keys and values for people to read and compare."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from alerting.policy.policy import Policy

ELSEWHERE: Final = frozenset({"gateways", "webhooks", "cap_senders", "feeds", "sensors"})
"""Sections left out of the list, because each has its own page or document."""


def flat(policy: Policy) -> dict[str, str]:
    """Return the values by dotted key, written and ordered as in a policy file."""
    return dict(_flat("", policy.model_dump(exclude=set(ELSEWHERE))))


def changed(before: Policy, after: Policy) -> dict[str, tuple[str, str]]:
    """Return old and new value by key, for keys that differ; a missing value is empty."""
    old, new = flat(before), flat(after)
    return {
        key: (old.get(key, ""), new.get(key, ""))
        for key in (*old, *(key for key in new if key not in old))
        if old.get(key) != new.get(key)
    }


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, Mapping):
            yield from _flat(key, value)
        elif value is not None:
            yield key, _written(value)


def _written(value: Any) -> str:
    if isinstance(value, timedelta):
        # The format 'g' alone would write a year as 3.1536e+07 seconds.
        return f"{value.total_seconds():.15g}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return " ".join(_written(part) for part in value.values())
    if isinstance(value, (tuple, list)):
        return ", ".join(_written(part) for part in value)
    return str(value)
