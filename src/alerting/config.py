"""The settings of a running service, from ALERTING_* variables and a .env file."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from alerting.policy.policy import Policy, PolicyError, default_policy, parse_policy
from contacts.division import DivisionCode

_PREFIX: Final = "ALERTING_"

_SMPP_PORT: Final = 2775


class Loops(StrEnum):
    """Which loops a process runs beside answering requests."""

    ALL = "all"
    API = "api"
    DELIVER = "deliver"
    ESCALATE = "escalate"

    def runs(self, loop: "Loops") -> bool:
        """Whether it is one of them."""
        return self in {Loops.ALL, loop}


class SettingsError(Exception):
    """The service cannot start with these settings; each line says what to change."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _database_url(text: str) -> str:
    try:
        backend = make_url(text).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise ValueError("write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    return text


def _http_url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("write it with http:// or https:// in front")
    return text.rstrip("/")


def _tiles_url(text: str) -> str:
    if any(part not in text for part in ("{z}", "{x}", "{y}")) or "{" in urlsplit(text).netloc:
        raise ValueError("write a tile's address with {z}, {x} and {y} in its path")
    return text


def _smpp_url(secret: SecretStr) -> SecretStr:
    url = urlsplit(secret.get_secret_value())
    name, password = unquote(url.username or ""), unquote(url.password or "")
    # The protocol has no room for more (SMPP 3.4, 5.2.1 and 5.2.2).
    is_sound = url.scheme == "smpp" and url.hostname and 0 < len(name) < 16 and len(password) < 9
    if not (is_sound and (name + password).isascii()):
        raise ValueError(
            "write smpp://SYSTEM_ID:PASSWORD@HOST:PORT, with an id of up to 15 and a password of "
            "up to 8 ASCII characters"
        )
    return secret


def _policy(value: object) -> Policy:
    """Read the policy file that is named; what is wrong in it is told with the rest."""
    if isinstance(value, Policy):
        return value
    try:
        return parse_policy(Path(str(value)).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as unreadable:
        raise ValueError(f"name a TOML file in UTF-8: {unreadable}") from None
    except PolicyError as broken:
        raise ValueError("; ".join(broken.problems)) from None


@dataclass(frozen=True)
class TwilioAccount:
    """An account of Twilio, or of whatever speaks its API, and the number that it sends from."""

    sid: str
    token: str
    sender: str
    base_url: str


@dataclass(frozen=True)
class SmsCentre:
    """An operator's SMS centre, the account there, and what its texts come from."""

    host: str
    port: int
    system_id: str
    password: str
    sender: str


class Settings(BaseSettings):
    """What an operator sets; everything a place decides about alerting is in the policy file."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=".env", extra="ignore", env_ignore_empty=True
    )

    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///alerting.db"
    nats_url: str | None = Field(default=None, pattern="^(nats|tls|ws|wss)://")
    nats_division: DivisionCode | None = None
    """The division whose hints this process hears; of others it learns by polling. None: all."""
    public_url: Annotated[str, AfterValidator(_http_url)]
    """How providers and people reach this service: signatures are checked against it."""
    twilio_account_sid: str | None = Field(default=None, pattern="^AC[0-9a-fA-F]{32}$")
    twilio_auth_token: SecretStr | None = Field(default=None, min_length=1)
    twilio_from: str | None = Field(default=None, pattern=r"^\+[0-9]{5,15}$")
    twilio_base_url: Annotated[str, AfterValidator(_http_url)] = "https://api.twilio.com"
    smpp_url: Annotated[SecretStr, AfterValidator(_smpp_url)] | None = None
    """An operator's SMS centre: smpp://SYSTEM_ID:PASSWORD@HOST:PORT."""
    smpp_from: str | None = Field(default=None, pattern=r"^(\+?[0-9]{3,15}|[0-9A-Za-z ]{1,11})$")
    """The number, service number or name that its texts come from."""
    sms_first: Literal["twilio", "smpp"] = "twilio"
    """Who sends texts while both work."""
    tiles_url: Annotated[str, AfterValidator(_http_url), AfterValidator(_tiles_url)] | None = None
    """Where maps get their ground: https://tiles.example/{z}/{x}/{y}.png; none: no ground."""
    policy: Annotated[Policy, BeforeValidator(_policy), NoDecode] = Field(
        default_factory=default_policy
    )
    """Named as a TOML file; without one the defaults shipped in the package hold."""
    loops: Loops = Loops.ALL
    """Where several processes share a database, one may answer, one send, one follow the clock."""
    clock_speed: float = Field(default=1.0, ge=1.0, le=1000.0)
    """How fast alert time runs, for drills: with more than 1 only exercises are accepted."""
    clock_anchor: AwareDatetime | None = None
    """When alert time and the machine's time were the same; needed for a drill's restart."""

    @model_validator(mode="after")
    def _links_lead_here(self) -> Self:
        """Let households' links lead to this service, unless the policy knows a shorter way."""
        if self.policy.household_page is None:
            page = {"household_page": f"{self.public_url}/h/"}
            self.policy = self.policy.model_copy(update=page)
        return self

    @property
    def twilio(self) -> TwilioAccount | None:
        """The account with Twilio, if there is one."""
        sid, token, sender = self.twilio_account_sid, self.twilio_auth_token, self.twilio_from
        if not (sid and token and sender):
            return None
        return TwilioAccount(sid, token.get_secret_value(), sender, self.twilio_base_url)

    @property
    def sms_centre(self) -> SmsCentre | None:
        """The SMS centre, if there is one."""
        if not (self.smpp_url and self.smpp_from):
            return None
        url = urlsplit(self.smpp_url.get_secret_value())
        name, password = unquote(url.username or ""), unquote(url.password or "")
        port = url.port or _SMPP_PORT
        return SmsCentre(url.hostname or "", port, name, password, self.smpp_from)

    @model_validator(mode="after")
    def _somebody_sends(self) -> Self:
        """Refuse a provider that is half set, and a service that could send nothing."""
        twilio = (self.twilio_account_sid, self.twilio_auth_token, self.twilio_from)
        smpp = (self.smpp_url, self.smpp_from)
        for names, values in ((_TWILIO, twilio), (_SMPP, smpp)):
            if any(values) and not all(values):
                raise ValueError(f"{', '.join(names)}: set all of them or none")
        if not any(twilio + smpp):
            raise ValueError(
                f"set {', '.join(_TWILIO)}, or {', '.join(_SMPP)}: nothing can be sent"
            )
        return self


_TWILIO: Final = (
    "ALERTING_TWILIO_ACCOUNT_SID",
    "ALERTING_TWILIO_AUTH_TOKEN",
    "ALERTING_TWILIO_FROM",
)

_SMPP: Final = ("ALERTING_SMPP_URL", "ALERTING_SMPP_FROM")


def load_settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsError: with a line for everything that is wrong.
    """
    problems = [f"{name}: there is no such setting; correct its spelling" for name in _unknown()]
    try:
        settings = Settings()
    except ValidationError as invalid:
        problems += (
            f"{_PREFIX}{'_'.join(map(str, error['loc'])).upper()}: {_told(error['msg'])}"
            if error["loc"]
            else _told(error["msg"])
            for error in invalid.errors()
        )
    if problems:
        raise SettingsError(tuple(problems))
    return settings


def _told(message: str) -> str:
    return message.removeprefix("Value error, ")


def _unknown() -> list[str]:
    """Return the variables that look like ours and are none: a misspelt one must not pass."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
