"""Two carriers' HTTP interfaces, as they document them: TeleSign's free texts, Aliyun's templates.

Each stub checks signatures with code of its own, refuses what the real carrier refuses, and writes
receipts and replies in the real carrier's form.
"""

import base64
import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, quote, urlencode

from aiohttp import web

from alerting.policy.gateways import Gateway
from alerting.policy.policy import parse_policy

EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "gateways"

_ID_DIGITS: Final = 32


class RefusedError(Exception):
    """A request that the carrier refuses."""

    def __init__(self, answer: web.Response) -> None:
        super().__init__()
        self.answer = answer


@dataclass
class Text:
    """A text that the carrier has taken."""

    id: str
    to: str
    body: str
    """The text, or the template's variables as JSON."""
    token: str
    template: str = ""
    callback: str = ""
    arrived: bool = True


class Dialect(ABC):
    """One carrier's interface."""

    path: ClassVar[str]
    example: ClassVar[str]
    """The file of the worked example that describes it."""
    secrets: ClassVar[Mapping[str, str]]

    def __init__(self) -> None:
        self._numbers = count(1)

    def gateway(self, url: str) -> Gateway:
        """Return the worked example with this carrier's address."""
        return parse_policy(self.policy(url)).gateways[0]

    def policy(self, url: str) -> str:
        """Return the policy of the worked example with this carrier's address."""
        lines = (EXAMPLES / self.example).read_text("utf-8").splitlines()
        swapped = [
            f'url = "{url}{self.path}"' if line.startswith("url = ") else line for line in lines
        ]
        return "\n".join(swapped)

    def _id(self) -> str:
        return f"{next(self._numbers):0{_ID_DIGITS}X}"

    @abstractmethod
    def read(self, request: web.Request, body: bytes) -> Text:
        """Return the text of a request.

        Raises:
            RefusedError: if the carrier would refuse it.
        """

    @abstractmethod
    def accepted(self, text: Text) -> web.Response:
        """Return the answer for a text that was taken."""

    @abstractmethod
    def throttled(self) -> web.Response:
        """Return the answer to too many requests."""

    @abstractmethod
    def receipt(
        self, service: str, text: Text, *, arrived: bool
    ) -> tuple[str, bytes, dict[str, str]]:
        """Return address, body and headers of a text's receipt."""

    @abstractmethod
    def reply(
        self, service: str, sender: str, text: str, message_id: str
    ) -> tuple[str, bytes, dict[str, str]]:
        """Return address, body and headers of a person's text."""


class TeleSign(Dialect):
    """TeleSign's interface for free texts: requests are signed forms, receipts signed JSON."""

    path = "/v1/messaging"
    example = "telesign.toml"
    secrets: ClassVar[Mapping[str, str]] = {
        "telesign_key": base64.b64encode(b"a key of thirty-two octets......").decode()
    }
    customer: ClassVar[str] = "CUSTOMER-ID"

    def read(self, request: web.Request, body: bytes) -> Text:
        """Check the signature, then the fields."""
        signed = "\n".join(
            [
                "POST",
                request.headers.get("Content-Type", ""),
                request.headers.get("Date", ""),
                "x-ts-auth-method:HMAC-SHA256",
                f"x-ts-nonce:{request.headers.get('x-ts-nonce', '')}",
                body.decode(),
                self.path,
            ]
        )
        if request.headers.get("Authorization") != self._authorization(signed.encode()):
            raise RefusedError(self._answer(401, 501, -30006, "Invalid Signature."))
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        to = fields["phone_number"]
        if not (to.isascii() and to.isdigit() and 8 <= len(to) <= 15):
            raise RefusedError(self._answer(400, 11000, None, "Invalid phone number"))
        return Text(
            self._id(),
            f"+{to}",
            fields["message"],
            fields["external_id"],
            callback=fields["callback_url"],
        )

    def accepted(self, text: Text) -> web.Response:
        """Return TeleSign's answer about a message in progress."""
        status = {"code": 290, "description": "Message in progress"}
        answer = {"reference_id": text.id, "external_id": text.token, "status": status}
        return web.json_response(answer)

    def throttled(self) -> web.Response:
        """Return 429 with the time to wait."""
        answer = self._answer(429, 501, -40008, "Transaction attempt limit exceeded")
        answer.headers["Retry-After"] = "1"
        return answer

    def receipt(
        self, service: str, text: Text, *, arrived: bool
    ) -> tuple[str, bytes, dict[str, str]]:
        """Return a receipt for the address that the text's request named."""
        status = {"code": 200 if arrived else 207, "description": "..."}
        said = {"reference_id": text.id, "external_id": text.token, "status": status, "errors": []}
        return text.callback, *self._signed(said)

    def reply(
        self, service: str, sender: str, text: str, message_id: str
    ) -> tuple[str, bytes, dict[str, str]]:
        """Return a person's text for the address in the account's settings."""
        said = {
            "reference_id": message_id,
            "user_response": {"phone_number": sender.removeprefix("+"), "mo_message": text},
        }
        return f"{service}/gateways/telesign/replies", *self._signed(said)

    def _signed(self, said: Any) -> tuple[bytes, dict[str, str]]:
        body = json.dumps(said).encode()
        return body, {
            "Content-Type": "application/json",
            "Authorization": self._authorization(body),
        }

    def _authorization(self, signed: bytes) -> str:
        key = base64.b64decode(self.secrets["telesign_key"])
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        return f"TSA {self.customer}:{digest.decode()}"

    @staticmethod
    def _answer(http: int, code: int, error: int | None, said: str) -> web.Response:
        errors = [] if error is None else [{"code": error, "description": said}]
        answer = {
            "reference_id": None,
            "errors": errors,
            "status": {"code": code, "description": said},
        }
        return web.json_response(answer, status=http)


_SIGNED_HEADERS: Final = (
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
)


class Aliyun(Dialect):
    """Aliyun's interface for approved templates: requests are signed queries, receipts JSON."""

    path = "/"
    example = "aliyun.toml"
    secrets: ClassVar[Mapping[str, str]] = {"aliyun_key": "key-secret", "aliyun_push": "push word"}
    access_key: ClassVar[str] = "ACCESS-KEY-ID"

    def __init__(self) -> None:
        super().__init__()
        found = self.gateway("http://127.0.0.1")
        self._variables = {each.id: set(each.variables) for each in found.templates}
        self._nonces: set[str] = set()

    def read(self, request: web.Request, body: bytes) -> Text:
        """Check the signature, then the template and its variables."""
        nonce = request.headers.get("x-acs-signature-nonce", "")
        if request.headers.get("Authorization") != self._authorization(request, body):
            raise RefusedError(self._said("SignatureDoesNotMatch", 400))
        if nonce in self._nonces:
            raise RefusedError(self._said("SignatureNonceUsed", 400))
        self._nonces.add(nonce)
        asked = request.query
        if not (asked["PhoneNumbers"].isascii() and asked["PhoneNumbers"].isdigit()):
            raise RefusedError(self._said("isv.MOBILE_NUMBER_ILLEGAL"))
        variables = json.loads(asked["TemplateParam"])
        if asked["TemplateCode"] not in self._variables:
            raise RefusedError(self._said("isv.SMS_TEMPLATE_ILLEGAL"))
        if set(variables) != self._variables[asked["TemplateCode"]]:
            raise RefusedError(self._said("isv.TEMPLATE_MISSING_PARAMETERS"))
        said = json.dumps(variables, ensure_ascii=False)
        to, token = f"+86{asked['PhoneNumbers']}", asked["OutId"]
        return Text(f"{self._id()}^0", to, said, token, asked["TemplateCode"])

    def accepted(self, text: Text) -> web.Response:
        """Return Aliyun's answer with the id of the text."""
        answer = {"RequestId": "D9CFE9F4", "Message": "OK", "BizId": text.id, "Code": "OK"}
        return web.json_response(answer)

    def throttled(self) -> web.Response:
        """Return Aliyun's refusal, which has status 200."""
        return self._said("isv.BUSINESS_LIMIT_CONTROL")

    def receipt(
        self, service: str, text: Text, *, arrived: bool
    ) -> tuple[str, bytes, dict[str, str]]:
        """Return a batch with one receipt."""
        said = {
            "phone_number": text.to.removeprefix("+86"),
            "success": arrived,
            "err_code": "DELIVERED" if arrived else "MK:0005",
            "sms_size": "1",
            "biz_id": text.id,
            "out_id": text.token,
        }
        return self._pushed(service, "receipts", said)

    def reply(
        self, service: str, sender: str, text: str, message_id: str
    ) -> tuple[str, bytes, dict[str, str]]:
        """Return a batch with one text of a person."""
        said = {
            "phone_number": sender.removeprefix("+86"),
            "content": text,
            "sequence_id": message_id,
        }
        return self._pushed(service, "replies", said)

    def _pushed(self, service: str, what: str, said: Any) -> tuple[str, bytes, dict[str, str]]:
        key = urlencode({"key": self.secrets["aliyun_push"]})
        url = f"{service}/gateways/aliyun/{what}?{key}"
        return url, json.dumps([said]).encode(), {"Content-Type": "application/json"}

    def _authorization(self, request: web.Request, body: bytes) -> str:
        query = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
            for name, value in sorted(request.query.items())
        )
        headers = "".join(f"{each}:{request.headers.get(each, '')}\n" for each in _SIGNED_HEADERS)
        names = ";".join(_SIGNED_HEADERS)
        payload = hashlib.sha256(body).hexdigest()
        canonical = "\n".join([request.method, self.path, query, headers, names, payload])
        signed = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = self.secrets["aliyun_key"].encode()
        digest = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
        account = f"Credential={self.access_key},SignedHeaders={names}"
        return f"ACS3-HMAC-SHA256 {account},Signature={digest}"

    @staticmethod
    def _said(code: str, http: int = 200) -> web.Response:
        answer = {"RequestId": "D9CFE9F4", "Message": "...", "Code": code}
        return web.json_response(answer, status=http)
