"""The settings of a running service, from ALERTING_* variables and a .env file."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from alerting.core.policy import Policy, PolicyError, default_policy, parse_policy

_PREFIX: Final = "ALERTING_"


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


class Settings(BaseSettings):
    """What an operator sets; everything a place decides about alerting is in the policy file."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=".env", extra="ignore", env_ignore_empty=True
    )

    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///alerting.db"
    nats_url: str | None = Field(default=None, pattern="^(nats|tls|ws|wss)://")
    public_url: Annotated[str, AfterValidator(_http_url)]
    """How providers and people reach this service: signatures are checked against it."""
    twilio_account_sid: str = Field(pattern="^AC[0-9a-fA-F]{32}$")
    twilio_auth_token: SecretStr = Field(min_length=1)
    twilio_from: str = Field(pattern=r"^\+[0-9]{5,15}$")
    twilio_base_url: Annotated[str, AfterValidator(_http_url)] = "https://api.twilio.com"
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
            f"{_PREFIX}{'_'.join(map(str, error['loc'])).upper()}: "
            f"{error['msg'].removeprefix('Value error, ')}"
            for error in invalid.errors()
        )
    if problems:
        raise SettingsError(tuple(problems))
    return settings


def _unknown() -> list[str]:
    """Return the variables that look like ours and are none: a misspelt one must not pass."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
