"""The settings of the service and its commands, from ALERTING_* variables and a .env file."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Final, Self, cast
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    DirectoryPath,
    Field,
    FilePath,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from typing_extensions import TypeVar

from alerting import setting_values as values
from alerting.outlines.answers import Outlines
from alerting.outlines.read import read_outlines
from alerting.policy.gateways import Gateway
from alerting.policy.policy import Policy, PolicyError, default_policy
from alerting.policy.webhooks import key_of
from alerting.policy.without_calls import without_calls
from contacts.division import DivisionCode
from contacts.locality import PREFIX as _PREFIX
from contacts.locality import Locality

_ENV_FILE: Final = Path(".env")

_NESTED: Final = "__"

_SECRETS: Final = f"{_PREFIX}SECRET{_NESTED}"
"""Prefix of the variables with the secrets of gateways and webhooks."""

_SMPP_PORT: Final = 2775


class Loops(StrEnum):
    """The background loops that a process runs, besides answering requests."""

    ALL = "all"
    API = "api"
    DELIVER = "deliver"
    ESCALATE = "escalate"
    READ_ONLY = "read-only"
    """No sending loops, and no writes except sign-in; the process shows a copy."""

    def runs(self, loop: "Loops") -> bool:
        """Return whether a process with this setting runs `loop`."""
        return self in {Loops.ALL, loop}


class SettingsError(ValueError):
    """The command cannot run with these settings; each line tells what to change."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class TwilioAccount:
    """An account with Twilio or a server with the same API, and the sender's number."""

    sid: str
    token: str
    sender: str
    base_url: str


@dataclass(frozen=True)
class SmsCentre:
    """An operator's SMS centre, our account there, and the sender of our texts."""

    host: str
    port: int
    system_id: str
    password: str
    sender: str


class _Variables(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_file=_ENV_FILE,
        env_file_encoding="utf-8-sig",
        extra="ignore",
        env_ignore_empty=True,
        env_nested_delimiter=_NESTED,
    )

    home_language: Annotated[str, AfterValidator(values.home_language)] = Locality.home_language
    """Language of officers, and of households whose language has no texts; set only at startup."""
    home_region: Annotated[str, AfterValidator(values.home_region)] = Locality.home_region
    """Country (ISO 3166) of phone numbers without a '+'; set only at startup."""


class DatabaseSettings(_Variables):
    """The settings of the database; commands on roster and ledger need no others."""

    database_url: Annotated[str, AfterValidator(values.database_url)] = "sqlite:///alerting.db"
    key_file: Path | None = None
    """File with the keys of the encrypted columns; None: beside an SQLite file, or `alerting.key`.

    All code that opens the database uses it, through `contacts.encryption.keys.key_file_of`.
    """


class AddressSettings(_Variables):
    """The setting of the service's public URL."""

    public_url: Annotated[str, AfterValidator(values.public_url)]
    """URL at which providers and people reach this service; webhook signatures cover it."""


class PolicySettings(_Variables):
    """The setting of the policy file."""

    policy: Annotated[Policy, BeforeValidator(values.policy), NoDecode] = Field(
        default_factory=default_policy
    )
    """Policy, given as the path of a TOML file; by default, the file in the package."""


class ProviderSettings(PolicySettings):
    """The settings of providers of texts and calls; at least one must be complete."""

    twilio_account_sid: Annotated[str, AfterValidator(values.account_sid)] | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_from: Annotated[str, AfterValidator(values.sender_number)] | None = None
    twilio_base_url: Annotated[str, AfterValidator(values.http_url)] = "https://api.twilio.com"
    smpp_url: Annotated[SecretStr, AfterValidator(values.smpp_url)] | None = None
    """URL of an operator's SMS centre: smpp://SYSTEM_ID:PASSWORD@HOST:PORT."""
    smpp_from: Annotated[str, AfterValidator(values.sms_sender)] | None = None
    """Sender of texts over SMPP: a phone number, a service number or a name."""
    secret: Annotated[dict[str, SecretStr], NoDecode] = Field(default_factory=dict, repr=False)
    """Secrets of the policy's gateways and webhooks, each in a variable ALERTING_SECRET__NAME."""
    sms_first: str = "twilio"
    """Preferred provider of texts while it works: twilio, smpp, or the name of a gateway."""
    work_groups: Annotated[
        tuple[values.GroupAddress, ...], BeforeValidator(values.work_groups), NoDecode
    ] = ()
    """Work groups, given as the path of a TOML file, which contains secrets."""
    loops: Loops = Loops.ALL
    """Loops of this process; several processes on one database can divide them."""

    @property
    def twilio(self) -> TwilioAccount | None:
        """The Twilio account; None if it is not set."""
        sid, token, sender = self.twilio_account_sid, self.twilio_auth_token, self.twilio_from
        if not (sid and token and sender):
            return None
        return TwilioAccount(sid, token.get_secret_value(), sender, self.twilio_base_url)

    @property
    def sms_centre(self) -> SmsCentre | None:
        """The SMS centre; None if it is not set."""
        if not (self.smpp_url and self.smpp_from):
            return None
        url = urlsplit(self.smpp_url.get_secret_value())
        name, password = unquote(url.username or ""), unquote(url.password or "")
        port = url.port or _SMPP_PORT
        return SmsCentre(url.hostname or "", port, name, password, self.smpp_from)

    @field_validator("sms_first")
    @classmethod
    def _is_a_provider(cls, name: str, others: ValidationInfo) -> str:
        policy: Policy | None = others.data.get("policy")
        gateways = policy.gateways if policy else ()
        senders = ["twilio", "smpp", *(each.name for each in gateways)]
        if name not in senders:
            raise ValueError(f"write {' or '.join(senders)}")
        return name

    @model_validator(mode="after")
    def _somebody_sends(self) -> Self:
        """Check that each provider has all of its settings, and that there is a provider."""
        twilio = (self.twilio_account_sid, self.twilio_auth_token, self.twilio_from)
        smpp = (self.smpp_url, self.smpp_from)
        for names, given in ((_TWILIO, twilio), (_SMPP, smpp)):
            if any(given) and not all(given):
                missing = ", ".join(n for n, value in zip(names, given, strict=True) if not value)
                raise ValueError(f"{missing}: not set; set all of {', '.join(names)}, or none")
        if not any(twilio + smpp) and not self.policy.gateways and not self._sends_nothing:
            raise ValueError(
                f"nothing can be sent: set {', '.join(_TWILIO)}, or {', '.join(_SMPP)}, "
                "or describe a gateway in the policy"
            )
        return self

    @model_validator(mode="after")
    def _all_have_their_secrets(self) -> Self:
        """Check that no secret is missing or unused."""
        needed = not self._sends_nothing
        problems = list(
            values.secret_problems(self.policy, self.secret, _SECRETS, are_needed=needed)
        )
        if problems:
            raise SettingsError(tuple(problems))
        return self

    @property
    def gateways(self) -> tuple[Gateway, ...]:
        """The policy's gateways; none in a process that sends nothing."""
        return () if self._sends_nothing else self.policy.gateways

    @property
    def secrets(self) -> dict[str, str]:
        """Values of the secrets, by name."""
        return {name: value.get_secret_value() for name, value in self.secret.items()}

    @property
    def webhook_keys(self) -> dict[str, bytes]:
        """Keys of the policy's webhooks, by the name of their secret."""
        secrets = self.secrets
        return {each.secret: key_of(secrets[each.secret]) for each in self.policy.webhooks}

    @property
    def _sends_nothing(self) -> bool:
        return self.loops is Loops.READ_ONLY


class FileSettings(_Variables):
    """The paths of the files in which an operator writes division codes."""

    policy: Path | None = None
    outlines: Path | None = None
    work_groups: Path | None = None


class PaperSettings(_Variables):
    """The setting that printing needs."""

    fonts: DirectoryPath | None = None
    """Folder with fonts for PDFs, in addition to the machine's fonts."""


_Tiles = Annotated[str, AfterValidator(values.http_url), AfterValidator(values.tiles_url)]


class Settings(ProviderSettings, AddressSettings, DatabaseSettings, PaperSettings):
    """All settings of the service; rules of alerting are in the policy file instead."""

    nats_url: Annotated[str, AfterValidator(values.nats_url)] | None = None
    nats_division: DivisionCode | None = None
    """Division whose hints this process receives; None: all divisions.

    Changes in other divisions are found by polling.
    """
    tiles_url: _Tiles | None = None
    """URL of map tiles, such as https://tiles.example/{z}/{x}/{y}.png; None: no tiles."""
    label_tiles_url: _Tiles | None = None
    """URL of transparent tiles with names, drawn over the map; None: no such tiles."""
    tiles_attribution: Annotated[str, Field(max_length=200)] | None = None
    """Source of the tiles, which maps show; None: maps show none."""
    outlines: Annotated[Outlines | None, BeforeValidator(read_outlines), NoDecode] = Field(
        default=None, repr=False
    )
    """Outlines of divisions, given as the path of a GeoJSON file; None: no outlines."""
    clock: FilePath | None = None
    """Clock file of a drill, which sets the alert time; only exercises are accepted then."""
    _segments_per_second: float = PrivateAttr(0.0)

    @model_validator(mode="after")
    def _doors_stand_in_for_calls(self) -> Self:
        """Remove the calls from the policy if no provider can call; only Twilio can."""
        if self.twilio is None:
            self.policy = without_calls(self.policy)
        return self

    @model_validator(mode="after")
    def _links_lead_here(self) -> Self:
        """Set the URL of household pages to this service, unless the policy sets one."""
        if self.policy.household_page is None:
            page = {"household_page": f"{self.public_url}/h/"}
            self.policy = self.policy.model_copy(update=page)
        return self

    @model_validator(mode="after")
    def _is_known_by_its_host(self) -> Self:
        """Set CAP's sender to the host of the public URL, unless the policy sets one."""
        if not self.policy.cap.sender:
            host = urlsplit(self.public_url).hostname
            cap = self.policy.cap.model_copy(update={"sender": host})
            self.policy = self.policy.model_copy(update={"cap": cap})
        return self

    @model_validator(mode="after")
    def _forecast_by_the_first(self) -> Self:
        """Forecast with the rate and price of the preferred provider, if it is a gateway."""
        self._segments_per_second = self.policy.sending.segments_per_second
        others = self.twilio or self.sms_centre
        first = [each for each in self.gateways if self.sms_first == each.name or not others][:1]
        for each in first:
            its = {
                "segments_per_second": each.per_second,
                "cost_per_segment": each.price_per_segment,
            }
            sending = self.policy.sending.model_copy(update=its)
            self.policy = self.policy.model_copy(update={"sending": sending})
        return self

    @property
    def segments_per_second(self) -> float:
        """Rate limit of the providers that are not gateways."""
        return self._segments_per_second


_TWILIO: Final = (
    "ALERTING_TWILIO_ACCOUNT_SID",
    "ALERTING_TWILIO_AUTH_TOKEN",
    "ALERTING_TWILIO_FROM",
)

_SMPP: Final = ("ALERTING_SMPP_URL", "ALERTING_SMPP_FROM")

# Messages for values that pydantic itself parses; its own messages are about types.
_REMEDIES: Final = {
    "secret": f"write {_SECRETS}NAME=VALUE for each secret that the policy names",
    "loops": f"write one of {', '.join(Loops)}",
    "fonts": "name a folder with fonts that is there, or remove it",
    "clock": "name a drill's clock file that is there, or remove it",
    "public_url": "it is missing; set the address at which phones and providers reach this "
    f"service, in the environment or in a file .env: {_PREFIX}PUBLIC_URL=https://alerts.example.org",
    "tiles_attribution": "name the source in at most 200 characters",
}

_NEARLY: Final = 0.9
"""Minimum similarity (0 to 1) at which a name without `_PREFIX` counts as a misspelt setting."""

_S = TypeVar("_S", bound=_Variables, default="Settings")


def load_settings(
    kind: type[_S] = Settings,  # type: ignore[assignment] # the default of _S
    **given: Any,
) -> _S:
    """Return the settings of a class; `given` overrides the environment.

    Raises:
        SettingsError: if a setting is wrong; it has one line for each problem.
    """
    problems = list(misspelt_settings())
    # Validate each base class separately, so that all problems are reported together.
    parts = [part for part in kind.__mro__ if issubclass(part, _Variables)]
    for part in reversed(parts):
        try:
            settings = part(**given)
        except ValidationError as invalid:
            problems += (line for error in invalid.errors() for line in _problems_of(error))
    if problems:
        raise SettingsError(tuple(dict.fromkeys(problems)))
    return cast("_S", settings)


def misspelt_settings() -> Iterator[str]:
    """Yield a message for each variable that looks like a misspelt setting."""
    names = dict.fromkeys(os.environ, "") | dict.fromkeys(_env_file(), " in .env")
    for name, place in sorted(names.items()):
        upper = name.upper()
        near = _nearest(upper)
        if upper.startswith(_SECRETS):
            continue  # The policy chooses the names of secrets.
        if (upper.startswith(_PREFIX) or near) and near != upper:
            hint = f"did you mean {near}?" if near else "remove it, or correct its spelling"
            yield f"{name}{place}: there is no such setting; {hint}"


def _nearest(name: str) -> str | None:
    """Return the setting that a variable's name equals or probably misspells, or None."""
    if name.startswith(_PREFIX):
        names = [each.upper() for each in Settings.model_fields]
        near = get_close_matches(name.removeprefix(_PREFIX), names, 1)
        return f"{_PREFIX}{near[0]}" if near else None
    known = [f"{_PREFIX}{each.upper()}" for each in Settings.model_fields]
    return next(iter(get_close_matches(name, known, 1, _NEARLY)), None)


def _env_file() -> Mapping[str, str | None]:
    """Return the variables of the .env file; empty if there is no file.

    Raises:
        SettingsError: if the file is not in UTF-8.
    """
    if not _ENV_FILE.is_file():
        return {}
    try:
        return dotenv_values(stream=StringIO(values.read_text(_ENV_FILE)))
    except ValueError as unreadable:
        raise SettingsError((str(unreadable),)) from None


def _problems_of(error: Any) -> Iterator[str]:
    """Yield the lines for a validation error, with the variable's name and a remedy."""
    refusal = error.get("ctx", {}).get("error")
    field = str(error["loc"][0]) if error["loc"] else ""
    name = f"{_PREFIX}{field.upper()}: " if field else ""
    if isinstance(refusal, SettingsError):
        yield from refusal.problems
    elif isinstance(refusal, PolicyError):
        yield from (f"{name}{problem}" for problem in refusal.problems)
    else:
        yield name + (str(refusal) if isinstance(refusal, ValueError) else _REMEDIES[field])
