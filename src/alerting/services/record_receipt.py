"""What the provider says of an attempt: kept, and the delivery moved forward."""

from alerting.core.delivery import state_of
from alerting.core.errors import InvalidError, NotFoundError
from alerting.metrics import RECEIPTS
from alerting.services.desk import Desk
from alerting.storage.receipts import Receipt, record_receipts


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
    receipt = Receipt(token, provider_id, state, status, error_code, desk.clock.now())
    if not await desk.ledger.write_item(record_receipts, receipt):
        raise NotFoundError(f"no attempt has the token {token!r}")
