"""The queue of texts that wait for an officer. An officer or a later text settles each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, case, func, or_, select, update

from alerting.database.bulk import one_of
from alerting.replies.inbound import UNREADABLE_TEXT
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_task_report
from alerting.replies.rules.routing import Routed
from alerting.replies.statements import ReadText, Statement
from alerting.replies.tables import inbound
from alerting.roll.rules.evidence import Report
from alerting.roll.tables import evidence
from contacts.division import subtree
from contacts.tables import HOUSEHOLDS, OFFICERS

SENDER: Final = "sender"
"""The `settled_by` of a text that was settled by a later, clear text of the same sender."""

_whose: Final = func.coalesce(HOUSEHOLDS.c.division, OFFICERS.c.division)

_TEXTS: Final = (
    select(inbound, HOUSEHOLDS.c.code.label("household"))
    .outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.code == inbound.c.recipient)
    .outerjoin(OFFICERS, OFFICERS.c.id == inbound.c.recipient)
)

_FROM: Final = _TEXTS.where(inbound.c.waits, one_of(inbound.c.sender, "senders")).order_by(
    inbound.c.received_at
)


@dataclass(frozen=True)
class QueueScope:
    """The texts that an officer sees: a division's and, if `strangers`, those of unknown phones."""

    division: str
    strangers: bool


@dataclass(frozen=True)
class WaitingText:
    """A text that waits for an officer to read it, or that has been settled."""

    provider_id: str
    sender: str
    body: str
    received_at: datetime
    intent: str
    reason: str
    alert: int | None
    household: str | None
    """The code of the household that the text seems to come from or to be about."""
    waits: bool
    settled_by: str | None
    settled_at: datetime | None
    suspected: bool = False
    """True if the text may be a call for help."""
    media: str = ""
    """The links of attached pictures, sounds and films, one per line."""
    others: int = 0
    """Number of the sender's other waiting texts, which the list leaves out."""


_FOLDED_BEYOND: Final = 3

_in_danger: Final = case(
    (
        or_(
            inbound.c.suspected,
            inbound.c.intent == Intent.NEEDS_HELP,
            inbound.c.reason == UNREADABLE_TEXT,
        ),
        0,
    ),
    (inbound.c.media != "", 1),
    else_=2,
)


def waiting_texts(
    connection: Connection, scope: QueueScope, most: int, skip: int = 0
) -> list[WaitingText]:
    """Return the waiting texts of a scope: calls for help, then pictures, then others.

    Within each group every sender's first text comes before anybody's second, and older texts come
    first. At most three texts of a sender are listed, so that nobody can flood the queue.
    """
    in_order = (_in_danger, inbound.c.received_at, inbound.c.provider_id)
    waiting = (
        _within(scope)
        .where(inbound.c.waits)
        .add_columns(
            _in_danger.label("danger"),
            func.row_number().over(partition_by=inbound.c.sender, order_by=in_order).label("place"),
            func.count().over(partition_by=inbound.c.sender).label("of_sender"),
        )
        .subquery()
    )
    w = waiting.c
    others = case((w.of_sender > _FOLDED_BEYOND, w.of_sender - _FOLDED_BEYOND), else_=0)
    page = (
        select(waiting, others.label("others"))
        .where(w.place <= _FOLDED_BEYOND)
        .order_by(w.danger, w.place, w.received_at, w.provider_id)
        .limit(most)
        .offset(skip)
    )
    return [_to_text(row, row.others) for row in connection.execute(page)]


def find_text(connection: Connection, provider_id: str, scope: QueueScope) -> WaitingText | None:
    """Return the text with this id, waiting or settled; None if the scope has no such text."""
    row = connection.execute(_within(scope).where(inbound.c.provider_id == provider_id)).first()
    return _to_text(row) if row else None


def waiting_from(connection: Connection, senders: Collection[str]) -> list[WaitingText]:
    """Return the waiting texts from these phones, oldest first."""
    return [_to_text(row) for row in connection.execute(_FROM, {"senders": list(senders)})]


def settle_texts(
    connection: Connection, provider_ids: Collection[str], by: str, now: datetime
) -> None:
    """Take texts off the queue as settled; `by` is an officer's id, or `SENDER`."""
    if provider_ids:
        connection.execute(
            update(inbound)
            .where(inbound.c.provider_id.in_(sorted(provider_ids)))
            .values(waits=False, settled_by=by, settled_at=now)
        )


_HOUSEHOLD_OPEN: Final = frozenset({Routed.WHICH_HOUSEHOLD, Routed.NO_SUCH_HOUSEHOLD})

_SILENT: Final = frozenset({None, Report.RECEIVED, Report.NOT_HOME})
"""Reports, or None, that do not say where people are. They settle no earlier text."""


def settle_earlier(connection: Connection, taken: Sequence[ReadText]) -> None:
    """Settle the earlier waiting texts of senders whose new text is understood."""
    telling = [one for one in taken if any(_tells(statement) for statement in one.statements)]
    if not telling:
        return
    waiting = waiting_from(connection, {one.text.sender for one in telling})
    for one in telling:
        settled = {text.provider_id for text in waiting if _settles(one, text)}
        settle_texts(connection, settled, SENDER, one.text.received_at)


def _tells(statement: Statement) -> bool:
    is_clear = statement.report not in _SILENT and not statement.reply.suspected
    return is_clear and bool(statement.route.targets)


def _settles(one: ReadText, earlier: WaitingText) -> bool:
    """Return whether a text settles an earlier text from the same phone.

    It does if both are about the same household. If the household of the earlier text is unknown,
    the code of the new text's household must end in the digits that the earlier text named. If the
    earlier text named no digits, any report on the sender's own home settles it.
    """
    if earlier.sender != one.text.sender or earlier.received_at >= one.text.received_at:
        return False
    targets = [
        target
        for statement in one.statements
        if _tells(statement)
        for target in statement.route.targets
        if earlier.alert in {None, target.alert}
    ]
    if earlier.reason not in _HOUSEHOLD_OPEN:
        return any(target.household == earlier.household for target in targets)
    named = read_task_report(earlier.body)
    if named is None:
        return any(one.sender.owns(target) for target in targets)
    is_alone = "\n" not in earlier.body.strip()
    return is_alone and any(target.household.endswith(named[0]) for target in targets)


def reading_of(connection: Connection, source: str) -> tuple[int, str, str, int | None] | None:
    """Return the (alert, household, report, people) of the evidence from a source, or None."""
    row = connection.execute(
        select(evidence.c.alert, evidence.c.household, evidence.c.report, evidence.c.people).where(
            evidence.c.source == source
        )
    ).first()
    return (row.alert, row.household, row.report, row.people) if row else None


def _within(scope: QueueScope) -> Select[Any]:
    seen = _whose.between(*subtree(scope.division))
    return _TEXTS.where(or_(seen, _whose.is_(None)) if scope.strangers else seen)


def _to_text(row: Any, others: int = 0) -> WaitingText:
    names = WaitingText.__dataclass_fields__.keys() - {"others"}
    return WaitingText(**{name: getattr(row, name) for name in names}, others=others)
