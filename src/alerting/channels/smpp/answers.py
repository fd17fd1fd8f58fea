"""The answers that a channel gives for errors of an SMS centre."""

from collections.abc import Mapping
from typing import Final

from smpplib import consts

from alerting.deliveries.channel import Answer
from alerting.deliveries.rules.delivery import Failure, OutcomeKind

# Meanings of command_status (SMPP 3.4, 5.1.3); any other status is reported as unlisted.
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
    """Return the answer for a refused segment; after a system error, the outcome is unknown."""
    failure = _FAILURES.get(status, Failure.UNLISTED)
    kind = OutcomeKind.UNKNOWN if failure is Failure.UNKNOWN else OutcomeKind.REFUSED
    return Answer(kind, failure=failure, error_code=status, detail=f"command_status {status:#x}")


def not_let_in(status: int) -> Answer:
    """Return the answer for a refused bind, after which nothing was sent."""
    page = _FAILURES.get(status) is Failure.PAGE_OPERATOR
    return Answer(
        OutcomeKind.REFUSED,
        failure=Failure.PAGE_OPERATOR if page else Failure.NOT_SENT,
        error_code=status,
        detail=f"bind refused: command_status {status:#x}",
    )


def not_sent(detail: str) -> Answer:
    """Return the answer for a text that was not written, so that a retry is safe."""
    return Answer(OutcomeKind.REFUSED, failure=Failure.NOT_SENT, detail=f"not sent: {detail}")


def unwritable(detail: str) -> Answer:
    """Return the answer for a text or number that the protocol cannot express."""
    return Answer(OutcomeKind.REFUSED, failure=Failure.NEVER, detail=f"unwritable: {detail}")


def doubtful(detail: str) -> Answer:
    """Return the answer for a request without a response; the centre may have the text."""
    return Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN, detail=detail)
