"""Values that cannot be decrypted are read as placeholders, so that only their rows suffer."""

from hashlib import sha256
from typing import Final

import structlog

from contacts.encryption.cipher import Domain
from contacts.encryption.keys import KEYS, ProcessKeys

log = structlog.get_logger()

UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
"""The placeholder for a value that cannot be decrypted."""

_MOST_REMEMBERED: Final = 10_000


class UnreadableValues:
    """The distinct values that this process could not decrypt; each is logged once.

    A damaged value, or one from another database, must not stop the batch in which it is read.
    """

    def __init__(self, keys: ProcessKeys) -> None:
        self._keys = keys
        self._seen: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def read(self, domain: Domain, value: str, placeholder: str) -> str:
        """Try once more to decrypt a value; return its text, or else `placeholder`.

        Another process may have added a new key since the key file was read, so it is read again.

        Raises:
            KeyFileError: if the key file is missing, or is not a key file.
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
