"""A software passkey, which answers WebAuthn challenges like an authenticator."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One credential; `counts` is False for a synchronised passkey, whose counter stays 0."""

    origin: str
    rp_id: str
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    uses: int = 0
    handle: str | None = None
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential: bytes = field(default_factory=lambda: os.urandom(32))

    @property
    def id(self) -> str:
        return bytes_to_base64url(self.credential)

    def made(self, challenge: dict[str, Any], name: str = "my phone") -> dict[str, Any]:
        """Return the response to a registration challenge, as the page sends it."""
        self.handle = challenge["user_id"]
        numbers = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential + public
        data = self._data(self.flags | ATTESTED) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": self._client_data("webauthn.create", challenge["challenge"]),
            "attestationObject": bytes_to_base64url(statement),
        }
        return {"id": self.id, "name": name, "response": response}

    def used(self, challenge: dict[str, Any]) -> dict[str, Any]:
        """Return the response to a sign-in challenge, as the page sends it."""
        self.uses += self.counts
        data = self._data(self.flags)
        said = self._client_data("webauthn.get", challenge["challenge"])
        decoded = base64url_to_bytes(said)
        signed = self.key.sign(data + hashlib.sha256(decoded).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": said,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signed),
            "userHandle": self.handle,
        }
        return {"id": self.id, "response": response}

    def _data(self, flags: int) -> bytes:
        host = hashlib.sha256(self.rp_id.encode()).digest()
        return host + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return bytes_to_base64url(json.dumps(said).encode())
