"""Answers for the errors of an SMS centre."""

from collections.abc import Mapping
from typing import Final

from smpplib import consts

from alerting.deliveries.channel import Answer
from alerting.deliveries.rules.delivery import Failure, OutcomeKind

# SMPP 3.4, 5.1.3. Any other status is reported as unlisted.
_FAILURES: Final[Mapping[int, Failure]] = {
    consts.SMPP_ESME_RTHROTTLED: Failure.RETRY,
    consts.SMPP_ESME_RMSGQFUL: Failure.RETRY,
    consts.SMPP_ESME_RX_T_APPN: Failure.RETRY,
    consts.SMPP_ESME_RINVDSTADR: Failure.NEVER,
    consts.SMPP_ESME_RINVSRCADR: Failure.PAGE_OPERATOR,
    consts.SMPP_ESME_RBINDFAIL: Failure.PAGE_OPERATOR,
    consts.SMPP_ESME_RINVPASWD: Failure.PAGE_OPERATOR,
    consts.SMPP_ESME_RINVSYSID: Failure.PAGE_OPERATOR,
    consts.SMPP_ESME_RSYSERR: Failure.UNKNOWN,
}


def refused(status: int) -> Answer:
    """Return the answer for a refused segment; unknown after a system error of the centre."""
    failure = _FAILURES.get(status, Failure.UNLISTED)
    kind = OutcomeKind.UNKNOWN if failure is Failure.UNKNOWN else OutcomeKind.REFUSED
    return Answer(kind, failure=failure, error_code=status, detail=f"command_status {status:#x}")


def not_let_in(status: int) -> Answer:
    """Return the answer for a refused bind: nothing of the text was sent."""
    page = _FAILURES.get(status) is Failure.PAGE_OPERATOR
    return Answer(
        OutcomeKind.REFUSED,
        failure=Failure.PAGE_OPERATOR if page else Failure.NOT_SENT,
        error_code=status,
        detail=f"bind refused: command_status {status:#x}",
    )


def not_sent(detail: str) -> Answer:
    """Return the answer if nothing was written, so that a retry cannot send the text twice."""
    return Answer(OutcomeKind.REFUSED, failure=Failure.NOT_SENT, detail=f"not sent: {detail}")


def unwritable(detail: str) -> Answer:
    """Return the answer if the protocol cannot express the text or the number."""
    return Answer(OutcomeKind.REFUSED, failure=Failure.NEVER, detail=f"unwritable: {detail}")


def doubtful(detail: str) -> Answer:
    """Return the answer if the centre did not answer: it may have the text."""
    return Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN, detail=detail)
