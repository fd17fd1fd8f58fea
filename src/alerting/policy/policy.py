"""The place's policy: read from one TOML file, over the defaults."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Any, Final

from pydantic import StringConstraints, ValidationError

from alerting.policy.sections import (
    AlertRules,
    ApprovalRules,
    DarkVillageRules,
    HelpCaseRules,
    HouseholdLadder,
    OfficerLadder,
    ProviderRules,
    RollCallRules,
    SendingRules,
    WatchRules,
    _Section,
)


class PolicyError(ValueError):
    """The policy file cannot be used; each problem names a key and what to write there."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Policy(_Section):
    """All that a place decides for itself."""

    alert: AlertRules
    approval: ApprovalRules
    household: HouseholdLadder
    officer: OfficerLadder
    help_case: HelpCaseRules
    dark_village: DarkVillageRules
    roll_call: RollCallRules
    watch: WatchRules
    sending: SendingRules
    provider: ProviderRules
    household_page: Annotated[str, StringConstraints(pattern=r"^[^\s/]\S*/$")] | None = None
    """What the links in texts begin with, such as https://a.example/h/; None: there are none.

    A link is put only where it costs no segment. A place that has a shorter address leading to
    the service's own names it, and may leave 'https://' out: most phones see a.cn/h/ for a link.
    """


def default_policy() -> Policy:
    """Return the policy of a place that has written none."""
    return parse_policy("")


def parse_policy(text: str) -> Policy:
    """Return the policy that a place's TOML text describes.

    What the text does not name is as in the defaults.

    Raises:
        PolicyError: if it is not TOML, or any key or value cannot be; all of them are listed.
    """
    defaults = files("alerting.policy").joinpath("policy.toml").read_text(encoding="utf-8")
    try:
        tables = _overlay(tomllib.loads(defaults), tomllib.loads(text))
        return Policy.model_validate(tables)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError((f"the policy is not TOML: {error}",)) from error
    except ValidationError as error:
        raise PolicyError(tuple(_explain(detail) for detail in error.errors())) from error


def _overlay(defaults: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults with the place's values over them, table by table."""
    merged = dict(defaults)
    for key, value in place.items():
        default = merged.get(key)
        if isinstance(default, Mapping) and isinstance(value, Mapping):
            merged[key] = _overlay(default, value)
        else:
            merged[key] = value
    return merged


_REMEDIES: Final = {
    "extra_forbidden": "there is no such key; remove it or correct its spelling",
    "missing": "this is missing; add it",
    "greater_than": "write a number above 0",
    "model_type": "write a table of keys and values here",
    "tuple_type": "write a list of steps here",
    "string_pattern_mismatch": "write the three capital letters of a currency, such as CNY",
}


def _explain(detail: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    remedy = _REMEDIES.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
    return f"{key}: {remedy}"
