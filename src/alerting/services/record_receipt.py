"""What the provider says of an attempt: kept, and the delivery moved forward."""

from typing import Final

from alerting.core.delivery import DeliveryState, Failure, classify, state_of
from alerting.core.errors import InvalidError, NotFoundError
from alerting.metrics import RECEIPTS
from alerting.services.desk import Desk
from alerting.storage.receipts import Receipt, record_receipts, token_of


async def record_receipt(
    desk: Desk, token: str, provider_id: str, status: str, error_code: int | None
) -> None:
    """Record one status callback.

    Raises:
        NotFoundError: if no attempt has this token.
        InvalidError: if the provider has no such status.
    """
    try:
        state = state_of(status)
    except ValueError as unknown:
        raise InvalidError("MessageStatus", str(unknown)) from None
    RECEIPTS.labels(status).inc()
    failure = classify(error_code, None) if error_code else None
    now = desk.clock.now()
    receipt = Receipt(token, provider_id, state, status, error_code, now, failure)
    if not await desk.ledger.write_item(record_receipts, receipt):
        raise NotFoundError(f"no attempt has the token {token!r}")


async def record_receipt_by_id(
    desk: Desk, provider: str, provider_id: str, state: DeliveryState, error_code: int | None
) -> None:
    """Record what a provider that knows only its own ids says of one of its texts.

    Its error codes are its own affair: what did not arrive may arrive the next time.

    Raises:
        NotFoundError: if no attempt has this id; one that was only just made may have it soon.
    """
    token = await desk.database.read(lambda db: token_of(db, provider, provider_id))
    if token is None:
        raise NotFoundError(f"no attempt by {provider} has the id {provider_id!r}")
    RECEIPTS.labels(state).inc()
    failure = Failure.ONCE_MORE if state in _LOST else None
    now = desk.clock.now()
    receipt = Receipt(token, provider_id, state, state, error_code, now, failure)
    await desk.ledger.write_item(record_receipts, receipt)


_LOST: Final = (DeliveryState.FAILED, DeliveryState.UNDELIVERED)
