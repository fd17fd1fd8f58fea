"""The sections of the policy."""

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
from contacts.people import Role


class Channel(StrEnum):
    """How a delivery reaches its recipient."""

    SMS = "sms"
    VOICE = "voice"
    WEBSOCKET = "websocket"
    GROUP = "group"
    """A post to a work group of a chat service; it never counts as reaching anybody."""


_LONGEST: Final = 366 * 86400


class HouseholdAction(StrEnum):
    """An action that a household's silence triggers."""

    SMS = "sms"
    VOICE = "voice"
    NEIGHBOUR = "neighbour"
    """Asks the neighbour who looks after the household, if the roster names one."""
    DOOR_GRID_OFFICER = "door grid_officer"
    DOOR_DEPUTY = "door deputy"
    DOOR_DUTY_OFFICER_ABOVE = "door duty_officer_above"

    @property
    def is_door(self) -> bool:
        """Whether the action sends an officer to the door."""
        return self.startswith("door ")


class OfficerAction(StrEnum):
    """An action that an officer's silence triggers."""

    WEBSOCKET = "websocket"
    SMS = "sms"
    VOICE = "voice"
    DEPUTY = "deputy"
    TELL_ABOVE = "tell_above"


def _seconds(value: Any) -> timedelta:
    """Accept numbers only, because pydantic's timedelta would also accept text in other units."""
    if type(value) not in (int, float) or not 0 <= value <= _LONGEST:
        raise ValueError("write a number of seconds, from 0 to one year")
    return timedelta(seconds=value)


Duration = Annotated[timedelta, BeforeValidator(_seconds)]

Period = Annotated[timedelta, BeforeValidator(_seconds), Field(gt=timedelta(0))]

Share = Annotated[float, Field(gt=0, le=1, strict=True)]

Portion = Annotated[float, Field(ge=0, le=1, strict=True)]

Rate = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]

Count = Annotated[int, Field(ge=1, strict=True)]

Days = Annotated[int, Field(ge=1, le=36_500, strict=True)]

Flag = Annotated[bool, Field(strict=True)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Step(_Section):
    after: Duration
    """The time since the recipient was alerted."""


class HouseholdStep(_Step):
    """The action for a household that has been silent for `after`."""

    do: HouseholdAction


class OfficerStep(_Step):
    """The action for an officer who has not confirmed for `after`."""

    do: OfficerAction


class OwnerStep(_Step):
    """The tier responsible for a help case that has been open for `after`."""

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
    """Defaults of an alert, and the target time within which people should be out.

    `instruction` is for alerts raised by text message, which has no field for it. Times in texts
    are in `time_zone`.
    """

    validity: Period
    target: Period
    time_zone: Annotated[str, AfterValidator(_zone)]
    instruction: Annotated[str, StringConstraints(min_length=1, max_length=1000)]

    @property
    def zone(self) -> ZoneInfo:
        """The local time zone, from `time_zone`."""
        return ZoneInfo(self.time_zone)


_MOST_SENDER: Final = 120


def _sender(name: str) -> str:
    if len(name) > _MOST_SENDER or any(c.isspace() or c in ",<&" for c in name):
        raise ValueError(
            f"write a name such as alerts.example.org, of at most {_MOST_SENDER} characters, "
            "without spaces, commas, angle brackets and ampersands"
        )
    return name


class CapRules(_Section):
    """Rules of outgoing CAP messages."""

    sender: Annotated[str, AfterValidator(_sender)]
    """CAP's sender of outgoing messages; empty for the host of the service's public address."""
    public_feed: Flag
    """Whether the feed of current public alerts may be read without authentication."""


class ApprovalRules(_Section):
    """How long a wider area waits for one tier's approval before the next tier is asked."""

    wider_area: Period


class VoiceTries(_Section):
    """The number of phone calls, and the time from one call to the next."""

    tries: Count
    spacing: Period


class HouseholdLadder(_Section):
    """Escalation of a silent household; times are multiplied by a factor for the vulnerable."""

    vulnerable_factor: Share
    steps: Annotated[
        tuple[HouseholdStep, ...], AfterValidator(_in_order), AfterValidator(_ends_at_a_door)
    ]
    voice: VoiceTries


class OfficerLadder(_Section):
    """Escalation of a silent officer of any tier (叫应)."""

    steps: Annotated[tuple[OfficerStep, ...], AfterValidator(_in_order)]
    voice: VoiceTries


class HelpCaseRules(_Section):
    """The tiers responsible for an open help case, and when it passes to the next one."""

    steps: Annotated[tuple[OwnerStep, ...], AfterValidator(_in_order)]


class DarkVillageRules(_Section):
    """Thresholds below which the share of texts that arrive makes a village dark.

    A village is compared with the villages of its town, or of its county if the town has fewer than
    `neighbours_at_least`. All villages of a town or county are dark if both the texts that arrived
    there and the households that answered are fewer than `anywhere` times the texts sent.
    """

    after: Period
    part_of_neighbours: Share
    anywhere: Share
    texts_at_least: Count
    neighbours_at_least: Count


class RollCallRules(_Section):
    """The interval of roll-calls, which ask people already safe again, and the time to answer."""

    interval: Period
    answer_within: Period


class ClosingRules(_Section):
    """Shares of households, among those out or away, to verify before an area is closed.

    A household's own '1' is only a claim, because phone numbers can be forged. Households at high
    risk are those with vulnerable people.
    """

    high_risk_verified: Portion
    verified: Portion


class ExerciseRules(_Section):
    """Longest time between two exercises of a village, by size of exercise.

    An exercise also counts as one of each smaller size.

    `one_phone` tests one phone from the alert to the counted reply. `officers` calls only officers,
    and `everybody` also the households.
    """

    one_phone: Period
    officers: Period
    everybody: Period


class WatchRules(_Section):
    """Interval of the watchdog, which looks for people without follow-up and for dark villages."""

    interval: Period


class SignInRules(_Section):
    """Roles whose officers must sign in with a passkey, because a texted link is not enough."""

    passkey_roles: tuple[Role, ...]


class RetentionRules(_Section):
    """Days until `alerting prune` deletes machines' messages and the security log.

    `personal_data` is the number of days from an alert's end until its personal data is removed.
    """

    sensor_readings: Days
    cap_inbox: Days
    security_log: Days
    personal_data: Days


class SendingRules(_Section):
    """Rate, price and lease of sending texts and calls.

    `ring` is how long a phone rings before it counts as unanswered. If the provider does not answer
    a request within `answer_within`, its outcome is unknown. `lease` must be longer than that;
    otherwise, another process would resend a message that the provider may still accept.
    """

    segments_per_second: Rate
    requests_at_once: Count
    calls_per_second: Rate
    calls_at_once: Count
    ring: Period
    answer_within: Period
    lease: Period
    finish_within: Period
    link_in_reminders: Flag
    cost_per_segment: Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
    currency: Annotated[str, AfterValidator(_currency)]

    @field_validator("lease")
    @classmethod
    def _outlasts_an_answer(cls, lease: timedelta, others: ValidationInfo) -> timedelta:
        longest = others.data.get("answer_within", timedelta(0))
        if lease <= longest:
            raise ValueError(
                f"write more than the {longest.total_seconds():g} seconds of answer_within: until "
                "then, the provider may still answer"
            )
        return lease


class ProviderRules(_Section):
    """Thresholds of the circuit breaker, and times for a text with unknown outcome.

    A response that takes `slow_answer` or longer is slow. A provider that is down gets one trial
    message each `trial`. After another provider has taken over, the first one gets no work again
    before `hold` is over. A text with unknown outcome waits `callback` for the provider's callback;
    then the provider is asked. If the provider does not know, the text is sent again after `doubt`.
    """

    slow_answer: Period
    trial: Period
    hold: Period
    callback: Period
    doubt: Period


class WorkGroupRules(_Section):
    """Rate of posts to a work group, and the personal data that they may contain.

    Strangers may read a group. `progress` is how often an alert's progress is checked for news.
    Household numbers are the numbers that officers use in reports. `names` allows names and
    addresses of heads of households, and names of officers.
    """

    per_minute: Count
    progress: Period
    household_numbers: Flag
    names: Flag
    phones: Flag


class SecondReader(_Section):
    """Thresholds, from 0 to 1, for the probabilities that the second reader gives a reply.

    If the rules read the reply as safe, the sender is asked back in three cases:

    - the probability of danger is at least `calm`;
    - the probability of a refusal is at least `refusal`;
    - the probability of being out is below `out`, or below `out_known` if the rules know each word
      of the reply.

    Any other reply is a suspected call for help if the probability of danger is at least `danger`.
    """

    danger: Share
    calm: Share
    refusal: Share
    out: Share
    out_known: Share
