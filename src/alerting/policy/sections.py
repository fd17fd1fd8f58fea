"""What a place decides for itself, section by section."""

from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from contacts.division import Tier


class Channel(StrEnum):
    """By what a delivery goes."""

    SMS = "sms"
    VOICE = "voice"
    WEBSOCKET = "websocket"


_LONGEST: Final = 366 * 86400


class HouseholdAction(StrEnum):
    """What is tried when a household is silent."""

    SMS = "sms"
    VOICE = "voice"
    DOOR_GRID_OFFICER = "door grid_officer"
    DOOR_DEPUTY = "door deputy"
    DOOR_DUTY_OFFICER_ABOVE = "door duty_officer_above"

    @property
    def is_door(self) -> bool:
        """Whether it sends somebody to the door."""
        return self.startswith("door ")


class OfficerAction(StrEnum):
    """What is tried when an officer is silent."""

    WEBSOCKET = "websocket"
    SMS = "sms"
    VOICE = "voice"
    DEPUTY = "deputy"
    TELL_ABOVE = "tell_above"


def _seconds(value: Any) -> timedelta:
    """Take numbers only: pydantic alone would take text as well, and in other units."""
    if type(value) not in (int, float) or not 0 <= value <= _LONGEST:
        raise ValueError("write a number of seconds, from 0 to those of a year")
    return timedelta(seconds=value)


Duration = Annotated[timedelta, BeforeValidator(_seconds)]

Period = Annotated[timedelta, BeforeValidator(_seconds), Field(gt=timedelta(0))]

Share = Annotated[float, Field(gt=0, le=1, strict=True)]

Rate = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]

Count = Annotated[int, Field(ge=1, strict=True)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Step(_Section):
    after: Duration
    """Since the alert went to them."""


class HouseholdStep(_Step):
    """What happens to a household that has been silent for so long."""

    do: HouseholdAction


class OfficerStep(_Step):
    """What happens to an officer who has not confirmed for so long."""

    do: OfficerAction


class OwnerStep(_Step):
    """Which tier owns a call for help that has been open for so long."""

    owner: Tier


_Steps = TypeVar("_Steps", bound=tuple[_Step, ...])


def _in_order(steps: _Steps) -> _Steps:
    if not steps or any(later.after < earlier.after for earlier, later in pairwise(steps)):
        raise ValueError("write one or more steps, in the order of their times")
    return steps


def _ends_at_a_door(steps: tuple[HouseholdStep, ...]) -> tuple[HouseholdStep, ...]:
    if not steps[-1].do.is_door:
        raise ValueError("end with a door step: silence always sends somebody to the door")
    return steps


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("write a time zone such as Asia/Shanghai") from None
    return name


def _currency(code: str) -> str:
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise ValueError("write the three capital letters of a currency, such as CNY")
    return code


class AlertRules(_Section):
    """How long an alert holds where it says nothing, and the time to have people out.

    `instruction` and `assembly_point` are those of an alert raised by a text message, which has
    no fields for them; `time_zone` is the one that times in texts are written in.
    """

    validity: Period
    target: Period
    time_zone: Annotated[str, AfterValidator(_zone)]
    instruction: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    assembly_point: Annotated[str, StringConstraints(min_length=1, max_length=40)]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that people here live by."""
        return ZoneInfo(self.time_zone)


class ApprovalRules(_Section):
    """How long a wider area waits for one tier's approval before the next is asked."""

    wider_area: Period


class VoiceTries(_Section):
    """How often a phone is called, and the time from one call to the next."""

    tries: Count
    spacing: Period


class HouseholdLadder(_Section):
    """What a household's silence triggers; the vulnerable run on a part of the times."""

    vulnerable_factor: Share
    steps: Annotated[
        tuple[HouseholdStep, ...], AfterValidator(_in_order), AfterValidator(_ends_at_a_door)
    ]
    voice: VoiceTries


class OfficerLadder(_Section):
    """What an officer's silence triggers, at every tier (叫应, call and respond)."""

    steps: Annotated[tuple[OfficerStep, ...], AfterValidator(_in_order)]
    voice: VoiceTries


class HelpCaseRules(_Section):
    """Who owns an open call for help, and when it passes on."""

    steps: Annotated[tuple[OwnerStep, ...], AfterValidator(_in_order)]


class DarkVillageRules(_Section):
    """When a village's receipts are so far below its neighbours' that it counts as dark.

    Neighbours are those of its town, and where they are fewer than `neighbours_at_least`, of its
    county.
    """

    after: Period
    part_of_neighbours: Share
    texts_at_least: Count
    neighbours_at_least: Count


class RollCallRules(_Section):
    """How often those already safe are asked again, and how long they have to answer."""

    interval: Period
    answer_within: Period


class WatchRules(_Section):
    """How often an alert is looked over for people whom nobody is after, and dark villages."""

    interval: Period


class SendingRules(_Section):
    """The pace and price of a sender's texts and calls, and how long a claimed one is held.

    `ring` is how long a phone rings before nobody is taken to answer. What a provider does not
    answer within `answer_within` is in doubt. A `lease` is longer: were it not, another process
    would look into a message, or send it again, whose answer is still awaited.
    """

    segments_per_second: Rate
    requests_at_once: Count
    calls_per_second: Rate
    calls_at_once: Count
    ring: Period
    answer_within: Period
    lease: Period
    finish_within: Period
    cost_per_segment: Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
    currency: Annotated[str, AfterValidator(_currency)]

    @field_validator("lease")
    @classmethod
    def _outlasts_an_answer(cls, lease: timedelta, others: ValidationInfo) -> timedelta:
        longest = others.data.get("answer_within", timedelta(0))
        if lease <= longest:
            raise ValueError(
                f"write more than the {longest.total_seconds():g} seconds of answer_within: what "
                "a provider may still answer must be nobody else's"
            )
        return lease


class ProviderRules(_Section):
    """When a provider is slow or to be tried again, and what becomes of an unanswered text.

    An answer that takes `slow_answer` is slow. One that is down gets a message each `trial`, and
    one whose work another does gets it back after `hold` at the earliest. For `callback` an
    unanswered text waits for the provider's word, then the provider is asked; where it cannot
    say, the text is sent once more after `doubt`.
    """

    slow_answer: Period
    trial: Period
    hold: Period
    callback: Period
    doubt: Period


class SecondReader(_Section):
    """From what share of likelihood on the second reader of replies doubts what the rules read.

    A text is a suspected call for help from `danger` on. One that the rules read as safe is asked
    back from `danger` or `refusal` on, and below `out`.
    """

    danger: Share
    refusal: Share
    out: Share
