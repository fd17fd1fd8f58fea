"""Routes with which administrators read the policy, and try a policy file without using it."""

from typing import Annotated, Final, Self

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, StringConstraints

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.issuers.follow import IssuerFollower
from alerting.policy.escalation import Step, household_ladder, officer_ladder
from alerting.policy.flat import changed, flat
from alerting.policy.policy import Policy, PolicyError, default_policy, parse_policy
from alerting.policy.sections import HouseholdAction, OfficerAction
from alerting.policy.without_calls import without_calls
from contacts.bounds import NO_NUL, Body

router = APIRouter(prefix="/api/office/policy", tags=["policy"])

_LONGEST: Final = 100_000


class PolicyValueBody(Body):
    """A value of the policy."""

    key: str
    """The key in the policy file, such as `household.voice.tries`."""
    value: str
    """The value; times are in seconds."""
    is_default: bool
    """Whether it is the default value."""


class LadderStepBody(Body):
    """A step of a ladder, which silence triggers."""

    after: float
    """Seconds of silence after which the step is taken."""
    do: str
    """The action, as the policy file names it, such as `door grid_officer`."""
    try_number: int
    """The number of the phone call, counted from 1."""

    @classmethod
    def of(cls, step: Step[HouseholdAction] | Step[OfficerAction]) -> Self:
        """Convert a step of either kind of ladder, with its time in seconds."""
        return cls(after=step.after.total_seconds(), do=step.do, try_number=step.try_number)


class LaddersBody(Body):
    """The ladders: the steps that silence triggers, in order of time."""

    household: list[LadderStepBody]
    """The steps for a household."""
    vulnerable: list[LadderStepBody]
    """The steps for a household with vulnerable people."""
    officer: list[LadderStepBody]
    """The steps for an officer."""

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """Return the ladders of a policy."""
        household, officer = policy.household, policy.officer
        return cls(
            household=list(map(LadderStepBody.of, household_ladder(household, vulnerable=False))),
            vulnerable=list(map(LadderStepBody.of, household_ladder(household, vulnerable=True))),
            officer=list(map(LadderStepBody.of, officer_ladder(officer))),
        )


class PolicyBody(Body):
    """The policy in force."""

    values: list[PolicyValueBody]
    """The policy's values, in the order of the policy file."""
    ladders: LaddersBody
    """The steps that silence triggers."""


class TryPolicyBody(Body):
    """The policy file to try."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(max_length=_LONGEST, pattern=NO_NUL)]
    """The text of the file, in TOML."""


class PolicyChangeBody(Body):
    """A value of the policy that the file would change."""

    key: str
    """The key in the policy file."""
    before: str
    """The value in force; empty if there is none."""
    after: str
    """The value in the file."""


class TriedPolicyBody(Body):
    """The changes that a policy file would make, or the file's problems."""

    problems: list[str] = Field(max_length=1_000)
    """The problems, each with its key and the remedy; empty if the file can be used."""
    changes: list[PolicyChangeBody]
    """The values that would change."""
    ladders: LaddersBody | None
    """The ladders that would apply; null for a file with problems."""


@router.get("", openapi_extra=for_administrators())
async def get_policy(caller: Caller, runtime: RuntimeDep) -> PolicyBody:
    """Return the values of the policy in force, and its ladders."""
    office_of(caller)
    defaults = flat(default_policy())
    values = [
        PolicyValueBody(key=key, value=value, is_default=defaults.get(key) == value)
        for key, value in flat(runtime.policy).items()
    ]
    return PolicyBody(values=values, ladders=LaddersBody.of(runtime.policy))


@router.post("/try", openapi_extra=for_administrators())
async def try_policy(
    said: TryPolicyBody, request: Request, caller: Caller, runtime: RuntimeDep
) -> TriedPolicyBody:
    """Return what a policy file would change; the policy in force stays."""
    office_of(caller)
    followed: IssuerFollower = request.app.state.issuers
    try:
        tried = _as_in_force(followed.over(parse_policy(said.text)), runtime.policy)
    except PolicyError as refused:
        return TriedPolicyBody(problems=list(refused.problems)[:1_000], changes=[], ladders=None)
    changes = [
        PolicyChangeBody(key=key, before=before, after=after)
        for key, (before, after) in changed(runtime.policy, tried).items()
    ]
    return TriedPolicyBody(problems=[], changes=changes, ladders=LaddersBody.of(tried))


def _as_in_force(tried: Policy, policy: Policy) -> Policy:
    """Return the tried policy as this service would apply it with its own settings."""
    sender = tried.cap.sender or policy.cap.sender
    own = {
        "household_page": tried.household_page or policy.household_page,
        "cap": tried.cap.model_copy(update={"sender": sender}),
    }
    tried = tried.model_copy(update=own)
    return tried if policy.calls_by_phone else without_calls(tried)
