"""A commander switches a village to doors: no waiting for texts and calls there."""

from alerting.core.authority import Act, Ruling, rule
from alerting.core.errors import ConflictError, ForbiddenError, InvalidError
from alerting.core.lifecycle import OVER
from alerting.services.desk import Desk
from alerting.storage.authorised import alert_for, refusal
from alerting.storage.ledger import Transaction
from alerting.storage.out_of_reach import Dark, darken
from contacts.directory import Officer
from contacts.division import Tier, covers, tier_of


async def send_to_doors(desk: Desk, caller: Officer, alert_id: int, division: str) -> None:
    """Have every door in a village or grid knocked on at once; a second time changes nothing.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError: if the caller's role sends nobody to doors.
        InvalidError: if it is no village or grid of the caller's and of the alert's area.
        ConflictError: if the alert is over.
    """
    now = desk.clock.now()

    def unit(transaction: Transaction) -> None:
        transaction.lock([alert_id])
        alert = alert_for(transaction.connection, alert_id, caller)
        ruling = rule(caller.role, caller.division, Act.SEND, division)
        if ruling is Ruling.NOT_THIS_ROLE:
            raise ForbiddenError(refusal(caller, Act.SEND))
        in_area = any(covers(d, division) or covers(division, d) for d in alert.divisions)
        if ruling is Ruling.NOT_THIS_PLACE or not in_area:
            raise InvalidError(
                "division", f"{division} is not within your division and this alert's area"
            )
        if tier_of(division) not in {Tier.VILLAGE, Tier.GRID}:
            raise InvalidError("division", f"{division} is wider than a village: name a village")
        if alert.state in OVER:
            raise ConflictError(f"alert {alert_id} is over: nobody need knock on doors")
        darken(transaction, alert_id, Dark(division, now, caller.id, None, None))

    await desk.ledger.write(unit)
