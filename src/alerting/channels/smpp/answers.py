"""What an SMS centre's errors say of what was to be sent."""

from collections.abc import Mapping
from typing import Final

from smpplib import consts

from alerting.deliveries.channel import Answer
from alerting.deliveries.rules.delivery import Failure, OutcomeKind

# SMPP 3.4, 5.1.3. One that is not listed is shown as such.
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
    """Return what a refused segment means; after an error of its own the centre may have it."""
    failure = _FAILURES.get(status, Failure.UNLISTED)
    kind = OutcomeKind.UNKNOWN if failure is Failure.UNKNOWN else OutcomeKind.REFUSED
    return Answer(kind, failure=failure, error_code=status, detail=f"command_status {status:#x}")


def not_let_in(status: int) -> Answer:
    """Return what a refused bind means for a text, of which nothing was sent."""
    page = _FAILURES.get(status) is Failure.PAGE_OPERATOR
    return Answer(
        OutcomeKind.REFUSED,
        failure=Failure.PAGE_OPERATOR if page else Failure.NOT_SENT,
        error_code=status,
        detail=f"bind refused: command_status {status:#x}",
    )


def not_sent(detail: str) -> Answer:
    """Return the answer where nothing was written: trying again tells nobody twice."""
    return Answer(OutcomeKind.REFUSED, failure=Failure.NOT_SENT, detail=f"not sent: {detail}")


def unwritable(detail: str) -> Answer:
    """Return the answer where the protocol has no way to say the text or the number."""
    return Answer(OutcomeKind.REFUSED, failure=Failure.NEVER, detail=f"unwritable: {detail}")


def doubtful(detail: str) -> Answer:
    """Return the answer where none came: the centre may have the text."""
    return Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN, detail=detail)
