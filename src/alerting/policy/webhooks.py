"""Policy section for outgoing webhooks, which notify other systems of events."""

import base64
import re
from collections import Counter
from fnmatch import fnmatchcase
from typing import Annotated, Final

from pydantic import AfterValidator

from alerting.policy.gateway_parts import GatewayName, SecretName, WebAddress
from alerting.policy.sections import Flag, _Section
from contacts.division import DivisionCode

_MOST_KINDS: Final = 100

_KEY_PREFIX: Final = "whsec_"

_KEY_BYTES: Final = range(24, 65)
"""Allowed lengths of keys in bytes, by the Standard Webhooks specification."""

_KIND: Final = re.compile(r"[a-z_*]{1,40}(\.[a-z_*]{1,40})?")

_MOST_WEBHOOKS: Final = 20


def _kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    if len(kinds) > _MOST_KINDS or not all(map(_KIND.fullmatch, kinds)):
        raise ValueError(
            f"write at most {_MOST_KINDS} kinds of events, such as alert.raised, or patterns, such "
            "as alert.*"
        )
    return kinds


class Webhook(_Section):
    """A system that is notified of events, by the Standard Webhooks specification.

    Without `kinds`, it gets all kinds that the log page shows. `division` limits it to alerts and
    events there. `personal` adds ids of officers and households, and people's own words.
    """

    name: GatewayName
    url: WebAddress
    secret: SecretName
    """The name of the setting with the key: 'whsec_' followed by 24 to 64 bytes in base64."""
    kinds: Annotated[tuple[str, ...], AfterValidator(_kinds)] = ()
    division: DivisionCode | None = None
    personal: Flag = False

    def wants(self, kind: str) -> bool:
        """Return whether `kinds` includes this kind of event."""
        return any(fnmatchcase(kind, pattern) for pattern in self.kinds)


def webhooks_apart(webhooks: tuple[Webhook, ...]) -> tuple[Webhook, ...]:
    """Return the webhooks; refuse two with the same name, and too many."""
    if len(webhooks) > _MOST_WEBHOOKS:
        raise ValueError(f"write at most {_MOST_WEBHOOKS} webhooks")
    counted = Counter(each.name for each in webhooks)
    if doubled := sorted(name for name, times in counted.items() if times > 1):
        raise ValueError(f"{', '.join(doubled)}: give each webhook a name of its own")
    return webhooks


Webhooks = Annotated[tuple[Webhook, ...], AfterValidator(webhooks_apart)]


def key_of(secret: str) -> bytes:
    """Return the key contained in a secret.

    Raises:
        ValueError: if the secret is not in the format of Standard Webhooks.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_KEY_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith(_KEY_PREFIX) or len(key) not in _KEY_BYTES:
        raise ValueError(f"write {_KEY_PREFIX} and 24 to 64 random bytes in base64")
    return key
