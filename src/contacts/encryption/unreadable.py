"""Values that cannot be decrypted: each is read as a placeholder, so that only its row suffers."""

from hashlib import sha256
from typing import Final

import structlog

from contacts.encryption.cipher import Domain
from contacts.encryption.keys import KEYS, ProcessKeys

log = structlog.get_logger()

UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for a value that cannot be decrypted. A copy of it stands for the same."""

_MOST_REMEMBERED: Final = 10_000


class UnreadableValues:
    """The distinct values that this process could not decrypt; each is logged once.

    A value that was damaged, or that comes from another database, must not stop the batch that it
    is read in.
    """

    def __init__(self, keys: ProcessKeys) -> None:
        self._keys = keys
        self._seen: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def read(self, domain: Domain, value: str, placeholder: str) -> str:
        """Return the text of a value that could not be decrypted, or else `placeholder`.

        Another process may have begun to rotate the key since this transaction began: then the key
        file holds its key by now.

        Raises:
            KeyFileError: if the key file is missing, or is none.
        """
        self._keys.use(self._keys.file)
        ring = self._keys.ring
        try:
            return ring.decrypted(domain, value)
        except ValueError as damage:
            self._note(domain, value, damage)
            return placeholder

    def _note(self, domain: Domain, value: str, damage: ValueError) -> None:
        digest = sha256(value.encode(errors="replace")).digest()
        if digest not in self._seen and len(self._seen) < _MOST_REMEMBERED:
            self._seen.add(digest)
            log.critical("a stored value cannot be decrypted", kind=domain.name, reason=str(damage))


UNREADABLE_VALUES: Final = UnreadableValues(KEYS)
