"""States of a delivery, the meaning of a provider's reports and errors, and retries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final


class DeliveryState(StrEnum):
    """State of a delivery, in rank order.

    `ACCEPTED`: the provider has it. `FAILED`: it never left the provider. `UNDELIVERED`: it
    left and did not arrive. `REFUSED`: the provider did not take it. `UNKNOWN`: no answer came,
    so it may have been taken. No state means that a person read it.
    """

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SENT = "sent"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"


MAY_HAVE_ARRIVED: Final = frozenset(
    {
        DeliveryState.SENDING,
        DeliveryState.UNKNOWN,
        DeliveryState.ACCEPTED,
        DeliveryState.SENT,
        DeliveryState.UNDELIVERED,
        DeliveryState.DELIVERED,
    }
)
"""States in which the recipient may have the text, and so must be sent its correction."""

# A report raises a state, never lowers it. The provider's actions rank above unknown and refused.
# States after sending rank above our own endings (expired, cancelled), so that a late report
# shows that the text left. Delivered ranks highest.
RANK: Final = {state: rank for rank, state in enumerate(DeliveryState)}

# A partially delivered text counts as undelivered.
_STATES_BY_STATUS: Final = {
    "accepted": DeliveryState.ACCEPTED,
    "scheduled": DeliveryState.ACCEPTED,
    "queued": DeliveryState.ACCEPTED,
    "sending": DeliveryState.ACCEPTED,
    "sent": DeliveryState.SENT,
    "partially_delivered": DeliveryState.UNDELIVERED,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.UNDELIVERED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.CANCELLED,
}


def merge(current: DeliveryState, reported: DeliveryState) -> DeliveryState:
    """Return the state after a report; the order and repetition of reports do not matter.

    This applies within one attempt: the next starts again at `QUEUED`.
    """
    return max(current, reported, key=RANK.__getitem__)


def after_receipt(
    current: DeliveryState, reported: DeliveryState, *, is_latest_try: bool
) -> DeliveryState:
    """Return the delivery's state after a receipt for one of its attempts.

    The failure of an earlier attempt says nothing about one that is queued or under way. The
    news that an earlier attempt was sent or delivered after all does count.
    """
    superseded = not is_latest_try or current is DeliveryState.QUEUED
    if superseded and reported not in {DeliveryState.SENT, DeliveryState.DELIVERED}:
        return current
    return merge(current, reported)


def state_of(status: str) -> DeliveryState:
    """Return the delivery state for a Twilio message status.

    Raises:
        ValueError: if the status is not one of an outbound message.
    """
    try:
        return _STATES_BY_STATUS[status]
    except KeyError:
        raise ValueError(f"{status!r} is not a status of an outbound message") from None


class OutcomeKind(StrEnum):
    """Outcome of an attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Failure(StrEnum):
    """Kind of a failure, by its remedy.

    `RETRY`: a rate limit or full queue, or a look-up showed that the provider does not have it.
    `NOT_SENT`: the provider could not be reached. After either, a retry causes no duplicate.
    `NO_ROUTE`: this provider does not reach the number; another one may.
    """

    RETRY = "retry"
    NOT_SENT = "not_sent"
    ONCE_MORE = "once_more"
    NEVER = "never"
    NO_ROUTE = "no_route"
    PAGE_OPERATOR = "page_operator"
    UNKNOWN = "unknown"
    UNLISTED = "unlisted"


class GatewayCode(IntEnum):
    """Codes for what a gateway of the policy reports, by its remedy; no code of Twilio is so high.

    The gateway's own code may be any text; it stands in the service's log.
    """

    RETRY = 100_001
    ONCE_MORE = 100_002
    NEVER = 100_003
    NO_ROUTE = 100_004
    PAGE_OPERATOR = 100_005
    UNLISTED = 100_006


# Twilio's error codes: https://www.twilio.com/docs/api/errors
_FAILURES_BY_CODE: Final = {
    20429: Failure.RETRY,  # too many requests
    21611: Failure.RETRY,  # the sender's queue is full
    30001: Failure.RETRY,  # queue overflow
    30003: Failure.ONCE_MORE,  # handset unreachable
    30008: Failure.ONCE_MORE,  # unknown error at the carrier
    21211: Failure.NEVER,  # no valid number
    21610: Failure.NEVER,  # opted out
    21216: Failure.NEVER,  # a blocked number, for calls
    21217: Failure.NEVER,  # no valid number, for calls
    21614: Failure.NEVER,  # not a mobile number
    21635: Failure.NEVER,  # a landline
    21214: Failure.NO_ROUTE,  # no route to the number, for calls
    21215: Failure.NO_ROUTE,  # region not permitted, for calls
    21408: Failure.NO_ROUTE,  # region not permitted
    21612: Failure.NO_ROUTE,  # no route to the number
    30004: Failure.NEVER,  # blocked
    30005: Failure.NEVER,  # unknown handset
    30006: Failure.NEVER,  # landline or unreachable carrier
    30007: Failure.NEVER,  # filtered by the carrier
    20003: Failure.PAGE_OPERATOR,  # wrong credentials
    21606: Failure.PAGE_OPERATOR,  # the sender's number cannot send
    21608: Failure.PAGE_OPERATOR,  # a trial account
    30002: Failure.PAGE_OPERATOR,  # account suspended
    30034: Failure.PAGE_OPERATOR,  # the sender's number is not registered
} | {code: Failure[code.name] for code in GatewayCode}

NO_ROUTE_CODES: Final = tuple(
    code for code, failure in _FAILURES_BY_CODE.items() if failure is Failure.NO_ROUTE
)

# A loss for one of these reasons says nothing about the provider: the phone is off or does not
# exist. A filter (30007) judges the text, which is the same for all, so it is no such reason.
_REASONS_OF_A_PHONE: Final = frozenset(
    code
    for code, failure in _FAILURES_BY_CODE.items()
    if failure in {Failure.NEVER, Failure.NO_ROUTE}
) - {30007} | {30003, GatewayCode.ONCE_MORE}


def is_loss_of_route(code: int | None) -> bool:
    """Return whether a text that was taken and lost may have been lost by account or route.

    Unlisted and missing codes count: if they come for most texts, the reason is not the phones'.
    """
    return code not in _REASONS_OF_A_PHONE


_FAILURES_BY_HTTP: Final = {401: Failure.PAGE_OPERATOR, 429: Failure.RETRY}

_SERVER_ERRORS: Final = 500


def classify(code: int | None, http_status: int | None) -> Failure:
    """Return the kind of failure for a provider's error code and HTTP status.

    A listed code decides. Without one, a 5xx or no answer at all (neither code nor status)
    leaves it unknown whether the message was taken. A receipt that reports a failure without a
    code came with status 200: it is unlisted.
    """
    if code in _FAILURES_BY_CODE:
        return _FAILURES_BY_CODE[code]
    if http_status is None:
        return Failure.UNKNOWN if code is None else Failure.UNLISTED
    if http_status >= _SERVER_ERRORS:
        return Failure.UNKNOWN
    return _FAILURES_BY_HTTP.get(http_status, Failure.UNLISTED)


class RetryReason(StrEnum):
    """Reason why a failed delivery is or is not retried."""

    BACK_OFF = "back_off"
    ONCE_MORE = "once_more"
    TRIED_ENOUGH = "tried_enough"
    NEVER = "never"
    NO_ROUTE = "no_route"
    PAGE_OPERATOR = "page_operator"
    EXPIRES_FIRST = "expires_first"


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """When to retry; `retry_at` None: the next channel or a visit to the door takes over."""

    retry_at: datetime | None
    reason: RetryReason


FIRST_WAIT: Final = timedelta(seconds=1)

LONGEST_WAIT: Final = timedelta(seconds=60)

# Gives a handset time to come back, and a late receipt time to report that the text arrived.
WAIT_BEFORE_ONCE_MORE: Final = timedelta(seconds=15)


def retry_decision(
    failure: Failure,
    attempts: int,
    now: datetime,
    expires: datetime,
    retry_after: timedelta = timedelta(0),
) -> RetryDecision:
    """Return whether and when a delivery that has failed `attempts` times, from 1, is retried.

    A doubtful send is repeated: a duplicate is harmless, a miss is not. The provider's Retry-After
    is honoured, and nothing is sent once the alert has expired. A failure that only an operator can
    repair (wrong credentials, a suspended account) is retried until then. A number that one
    provider does not reach goes to the next provider at once.
    """
    if failure is Failure.NEVER:
        return RetryDecision(None, RetryReason.NEVER)
    if failure is Failure.NO_ROUTE:
        return RetryDecision(now if now < expires else None, RetryReason.NO_ROUTE)
    if failure is Failure.PAGE_OPERATOR:
        wait, reason = back_off(attempts), RetryReason.PAGE_OPERATOR
    elif failure in {Failure.RETRY, Failure.NOT_SENT}:
        wait, reason = back_off(attempts), RetryReason.BACK_OFF
    elif attempts > 1:
        return RetryDecision(None, RetryReason.TRIED_ENOUGH)
    else:
        wait, reason = WAIT_BEFORE_ONCE_MORE, RetryReason.ONCE_MORE
    retry_at = now + max(wait, retry_after)
    if retry_at >= expires:
        return RetryDecision(None, RetryReason.EXPIRES_FIRST)
    return RetryDecision(retry_at, reason)


def back_off(attempts: int) -> timedelta:
    """Return the exponential back-off after `attempts` failures, from 1: 1 s doubling to 60 s."""
    doublings = min(attempts - 1, 6)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
