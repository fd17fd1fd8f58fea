"""States of a delivery, the meaning of providers' statuses and error codes, and retry rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final


class DeliveryState(StrEnum):
    """State of a delivery, in order of rank from low to high.

    `UNKNOWN`: no answer came, so the provider may have it. `REFUSED`: the provider did not take it.
    `ACCEPTED`: the provider has it. `FAILED`: it never left the provider. `UNDELIVERED`: it left
    and did not arrive. No state says that a person has read it.
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
"""States in which the recipient may have the text. Such a recipient also gets its correction."""

# Reports raise a delivery's rank and never lower it. What the provider did ranks above unknown and
# refused. What happened after sending ranks above expired and cancelled, which the service sets
# itself, so that a late report can show that the text left. Delivered ranks highest.
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
    """Return the higher-ranked state, so that the order and repetition of reports do not matter.

    This applies within one attempt, because the next attempt starts again at `QUEUED`.
    """
    return max(current, reported, key=RANK.__getitem__)


def after_receipt(
    current: DeliveryState, reported: DeliveryState, *, is_latest_try: bool
) -> DeliveryState:
    """Return the delivery's state after a receipt for one of its attempts.

    If a later attempt is queued or under way, the failure of an earlier attempt is ignored. But a
    receipt still counts if it says that the earlier attempt was sent or delivered.
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
    """Kind of a failure, which decides what to do next.

    `RETRY`: a rate limit, a full queue, or a look-up showed that the provider does not have it.
    `NOT_SENT`: the provider could not be reached. After these two, a retry cannot send twice.
    `ONCE_MORE`: the handset did not answer, or the cause is unclear, so one retry is worth it.
    `NEVER`: no retry can reach the number. `NO_ROUTE`: only another provider may reach it.
    `PAGE_OPERATOR`: an operator must repair the account. `UNKNOWN`: no answer or a server error.
    `UNLISTED`: the provider refused it with a code that is not listed, or without a code.
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
    """Error codes for gateways that the policy configures, one code for each remedy.

    A gateway's own code may be any text, so it is only logged. Twilio's codes are all lower.
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

# With these codes the phone explains the loss: it is off, or it does not exist. Code 30007 is left
# out, because a carrier's filter judges the text, which is the same for all phones.
_REASONS_OF_A_PHONE: Final = frozenset(
    code
    for code, failure in _FAILURES_BY_CODE.items()
    if failure in {Failure.NEVER, Failure.NO_ROUTE}
) - {30007} | {30003, GatewayCode.ONCE_MORE}


def is_loss_of_route(code: int | None) -> bool:
    """Return whether the provider's account or route may have lost a text with this error code.

    Unlisted and missing codes count too, because faults of phones have listed codes.
    """
    return code not in _REASONS_OF_A_PHONE


_FAILURES_BY_HTTP: Final = {401: Failure.PAGE_OPERATOR, 429: Failure.RETRY}

_SERVER_ERRORS: Final = 500


def classify(code: int | None, http_status: int | None) -> Failure:
    """Return the kind of failure for a provider's error code and HTTP status.

    A listed code decides. Otherwise a status of 5xx is `UNKNOWN`, because the message may have been
    taken. Without a code and a status, the kind is also `UNKNOWN`. A receipt that reports a failure
    without a code has status 200 and is `UNLISTED`.
    """
    if code in _FAILURES_BY_CODE:
        return _FAILURES_BY_CODE[code]
    if http_status is None:
        return Failure.UNKNOWN if code is None else Failure.UNLISTED
    if http_status >= _SERVER_ERRORS:
        return Failure.UNKNOWN
    return _FAILURES_BY_HTTP.get(http_status, Failure.UNLISTED)


class RetryReason(StrEnum):
    """Why a failed delivery is retried, or why not."""

    BACK_OFF = "back_off"
    ONCE_MORE = "once_more"
    TRIED_ENOUGH = "tried_enough"
    NEVER = "never"
    NO_ROUTE = "no_route"
    PAGE_OPERATOR = "page_operator"
    EXPIRES_FIRST = "expires_first"


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """When to retry; if `retry_at` is None, another channel or a visit to the door takes over."""

    retry_at: datetime | None
    reason: RetryReason


FIRST_WAIT: Final = timedelta(seconds=1)

LONGEST_WAIT: Final = timedelta(seconds=60)

# In this time a handset may come back, and a late receipt may report that the text arrived.
WAIT_BEFORE_ONCE_MORE: Final = timedelta(seconds=15)


def retry_decision(
    failure: Failure,
    attempts: int,
    now: datetime,
    expires: datetime,
    retry_after: timedelta = timedelta(0),
) -> RetryDecision:
    """Return whether and when to retry a delivery that has failed `attempts` times, at least once.

    A doubtful send is repeated, because a duplicate does less harm than a missing text. The
    provider's Retry-After is honoured, and nothing is sent after `expires`. A failure that only an
    operator can repair, such as wrong credentials, is retried until then. A number that this
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
    """Return the exponential back-off: 1 s after the first failure, doubling up to 60 s."""
    doublings = min(attempts - 1, 6)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
