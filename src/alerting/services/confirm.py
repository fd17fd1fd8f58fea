"""An officer's word that the call was heard (叫应)."""

from alerting.services.desk import Desk
from alerting.storage.authorised import alert_for
from alerting.storage.inbound import confirm
from alerting.storage.ledger import Transaction
from alerting.storage.senders import CalledOfficer
from contacts.directory import Officer


async def confirm_call(desk: Desk, caller: Officer, alert_id: int) -> None:
    """Record that the caller has heard the call; what was recorded first stays.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> None:
        alert_for(transaction.connection, alert_id, caller)
        called = CalledOfficer(alert_id, caller.id, caller.division)
        confirm(transaction, [called], "web", now)

    await desk.ledger.write(unit)
