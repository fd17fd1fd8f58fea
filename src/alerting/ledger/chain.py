"""The hash chain of an alert's log: each entry carries a hash over itself and the entry before.

Whoever changes, removes or adds an entry must rewrite the hashes of all later ones. An anchor, a
hash kept elsewhere, shows that too.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from contacts.tables import microseconds

_FIELDS: Final = ("alert", "seq", "kind", "division", "subject", "payload")


def chained(before: str | None, entry: Mapping[Any, Any]) -> str:
    """Return the SHA-256, in hexadecimal, over an entry of the log and the hash of the one before.

    `entry` has the columns of `events`; `before` is None for an alert's first entry. The hash is
    over a JSON list, so that no two different entries have the same bytes.
    """
    listed = [before, microseconds(entry["at"]), *(entry[name] for name in _FIELDS)]
    return sha256(json.dumps(listed).encode()).hexdigest()
