"""The policy of a place: the defaults, overridden by one TOML file."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import AfterValidator, ValidationError, model_validator

from alerting.policy import cap_sources, sensors
from alerting.policy.cap_sources import CapSender, CapSource, Feed, check_names
from alerting.policy.gateways import Gateway, keys_beside, named_apart
from alerting.policy.issuer import IssuerRules
from alerting.policy.sections import (
    AlertRules,
    ApprovalRules,
    CapRules,
    Channel,
    ClosingRules,
    DarkVillageRules,
    ExerciseRules,
    HelpCaseRules,
    HouseholdLadder,
    OfficerLadder,
    ProviderRules,
    RetentionRules,
    RollCallRules,
    SecondReader,
    SendingRules,
    SignInRules,
    WatchRules,
    WorkGroupRules,
    _Section,
)
from alerting.policy.sensors import Sensor, check_sensors
from alerting.policy.webhooks import Webhooks


class PolicyError(ValueError):
    """The policy file is invalid; `problems` has the key and the remedy of each problem."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


_PAGE: Final = re.compile(r"[^\s/]\S*/")


def _page(address: str) -> str:
    if not _PAGE.fullmatch(address):
        raise ValueError("write an address that ends with '/', such as a.cn/h/")
    return address


class HouseholdLink(NamedTuple):
    """The links in texts to households."""

    page: str
    """The URL without the recipient's token."""
    in_reminders: bool
    """Whether a reminder has a link even if that adds a second segment."""


class Policy(_Section):
    """All settings that a place decides for itself, section by section."""

    alert: AlertRules
    issuer: IssuerRules
    cap: CapRules
    approval: ApprovalRules
    household: HouseholdLadder
    officer: OfficerLadder
    help_case: HelpCaseRules
    dark_village: DarkVillageRules
    roll_call: RollCallRules
    closing: ClosingRules
    exercise: ExerciseRules
    watch: WatchRules
    work_group: WorkGroupRules
    second_reader: SecondReader
    sending: SendingRules
    provider: ProviderRules
    retention: RetentionRules
    sign_in: SignInRules
    gateways: Annotated[tuple[Gateway, ...], AfterValidator(named_apart)] = ()
    """Text message providers reached over HTTP; see docs/gateways.md."""
    webhooks: Webhooks = ()
    """Systems that are notified of events; see docs/webhooks.md."""
    cap_senders: tuple[CapSender, ...] = ()
    """Systems that post CAP messages; see docs/cap-in.md."""
    feeds: tuple[Feed, ...] = ()
    """Feeds of CAP messages that are polled."""
    sensors: Annotated[tuple[Sensor, ...], AfterValidator(check_sensors)] = ()
    """Sensors, which report measurements; see docs/sensors.md."""
    household_page: Annotated[str, AfterValidator(_page)] | None = None
    """Prefix of the links in texts, such as https://a.example/h/; None for texts without links.

    It may be a shorter address that redirects to the service. It may omit 'https://', because most
    phones recognise a.cn/h/ as a link.
    """

    @property
    def household_link(self) -> HouseholdLink | None:
        """The links in texts to households; None for texts without links."""
        if self.household_page is None:
            return None
        return HouseholdLink(self.household_page, in_reminders=self.sending.link_in_reminders)

    @property
    def calls_by_phone(self) -> bool:
        """Whether silence triggers phone calls."""
        actions = {step.do.value for step in self.household.steps}
        return Channel.VOICE in actions | {step.do.value for step in self.officer.steps}

    @property
    def cap_sources(self) -> dict[str, CapSource]:
        """The systems that deliver CAP messages, by name."""
        return {each.name: each for each in (*self.cap_senders, *self.feeds)}

    @model_validator(mode="after")
    def _sources_are_named_apart(self) -> Self:
        check_names((*self.cap_senders, *self.feeds))
        return self


def default_policy() -> Policy:
    """Return the policy of a place without a policy file."""
    return parse_policy("")


def parse_policy(text: str) -> Policy:
    """Return the policy that a place's TOML text describes.

    Keys that are not in the text have their defaults.

    Raises:
        PolicyError: if it is not TOML, or a key or value is invalid; it lists every problem.
    """
    shipped = files("alerting.policy").joinpath("policy.toml").read_text(encoding="utf-8")
    defaults = tomllib.loads(shipped)
    try:
        return Policy.model_validate(_overlay(defaults, tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError((f"the policy is not TOML: {error}; correct that line",)) from error
    except ValidationError as error:
        raise PolicyError(tuple(_explain(detail, defaults) for detail in error.errors())) from error


def _overlay(defaults: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults overridden by the place's values, merging tables recursively."""
    merged = dict(defaults)
    for key, value in place.items():
        default = merged.get(key)
        if isinstance(default, Mapping) and isinstance(value, Mapping):
            merged[key] = _overlay(default, value)
        else:
            merged[key] = value
    return merged


# Remedies by pydantic's error type, because pydantic's own messages are for programmers.
_REMEDIES: Final = {
    "extra_forbidden": "there is no such key; {spelling}",
    "missing": "this is missing; add it",
    "greater_than": "write a number above {gt}",
    "greater_than_equal": "write a number of {ge} or more",
    "less_than_equal": "write a number of {le} or less",
    "finite_number": "write a number",
    "float_type": "write a number, without quotes",
    "bool_type": "write true or false, without quotes",
    "int_type": "write a whole number, without quotes",
    "string_type": "write text, in quotes",
    "string_too_short": "write at least {min_length} character",
    "string_too_long": "shorten it to {max_length} characters",
    "enum": "write one of {expected}",
    "model_type": "write a table of keys and values here",
    "dict_type": "write a table of keys and values here",
    "tuple_type": "write a list here",
    "too_short": "write at least one",
}


def _explain(detail: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    context = detail.get("ctx", {})
    if "error" in context:
        return f"{key}: {context['error']}"
    bounds = {name: 0 if name == "gt" else value for name, value in context.items()}
    words = _REMEDIES[detail["type"]]
    return f"{key}: {words.format(**bounds, spelling=_spelling(detail['loc'], defaults))}"


def _spelling(place: tuple[str | int, ...], defaults: Any) -> str:
    """Return the remedy for an unknown key."""
    *tables, key = place
    for table in tables:
        defaults = defaults.get(table) if isinstance(defaults, Mapping) else None
    beside = list(defaults) if isinstance(defaults, Mapping) else []
    if tables[:1] == ["gateways"]:
        beside = keys_beside(tables[1:])
    elif tables[:1] in (["cap_senders"], ["feeds"]):
        beside = cap_sources.keys_beside(str(tables[0]), tuple(tables[1:]))
    elif tables[:1] == ["sensors"]:
        beside = sensors.keys_beside(tuple(tables[1:]))
    near = get_close_matches(str(key), beside, 1)
    return f"did you mean {near[0]}?" if near else "remove it or correct its spelling"
