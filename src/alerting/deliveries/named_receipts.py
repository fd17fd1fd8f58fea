"""Receipts that identify a text by the provider's message id or by the attempt's token."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from alerting.deliveries.phone_tests import named_test, report_test
from alerting.deliveries.receipts import LOST, Receipt, record_receipts
from alerting.deliveries.rules.delivery import DeliveryState, Failure
from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.errors import NotFoundError
from alerting.metrics import RECEIPTS
from alerting.runtime import Runtime, wall_clock


@dataclass(frozen=True, slots=True)
class NamedReceipt:
    """A status report that identifies a text by the provider's message id.

    Error codes of SMS centres are not interpreted, so a lost text is retried once by default.
    """

    provider: str
    provider_id: str
    """The message id as spelled in the report."""
    may_mean: Sequence[Sequence[str]]
    """Other spellings that the provider may have used for the id, in groups, likeliest first."""
    phones: Sequence[str]
    """Phone numbers in the report; the text may have gone to any of them."""
    state: DeliveryState
    error_code: int | None
    failure: Failure = Failure.ONCE_MORE
    """The kind of failure, if the text is lost."""
    token: str | None = None
    """The attempt's token, if the report contains it; it takes precedence over the id."""

    @property
    def message_id(self) -> str:
        """The message id as spelled in the report."""
        return self.provider_id


async def record_receipt_by_id(runtime: Runtime, named: NamedReceipt) -> None:
    """Record a status report that identifies a text by the provider's message id or token.

    Raises:
        NotFoundError: if no attempt matches; the id of a new attempt may not be stored yet.
    """
    found = await runtime.database.read(lambda db: named_attempt(db, named))
    if found is None:
        if await runtime.ledger.write(lambda tx: _report_test(tx.connection, named)):
            return
        name = named.provider_id
        raise NotFoundError(f"no attempt by {named.provider} has the id {name!r}")
    token, provider_id = found
    RECEIPTS.labels(named.state).inc()
    failure = named.failure if named.state in LOST else None
    now = runtime.clock.now()
    state = named.state
    receipt = Receipt(token, provider_id, state, state, named.error_code, now, failure)
    await runtime.ledger.write_item(record_receipts, receipt)


def body_of(connection: Connection, named: NamedReceipt) -> str | None:
    """Return the body of the text that a report is about, without its link; None if not found."""
    found = named_attempt(connection, named)
    if found is None:
        test = _test_of(connection, named)
        return test.body if test else None
    return connection.execute(_BODY, {"known": found[0]}).scalars().one_or_none()


def went_to_its_phone(connection: Connection, named: NamedReceipt) -> bool:
    """Return whether an attempt with exactly the report's id went to a phone in the report."""
    exact = [*_attempts_with(connection, named.provider, [named.provider_id])]
    if not exact and (test := _test_of(connection, named)):
        exact.append(test)
    return not _ends(named.phones).isdisjoint(row.number[-_TELLING:] for row in exact)


def named_attempt(connection: Connection, named: NamedReceipt) -> tuple[str, str] | None:
    """Return the token and the provider's id of the attempt that a report is about, or None.

    The attempt's token is tried first, then the id as spelled in the report, then its other
    spellings. A provider may spell an id differently in its report, and may reuse ids. Among
    several matches, an attempt to a phone in the report wins, then the likeliest spelling, then
    the latest attempt.
    """
    if named.token:
        asked = {"by": named.provider, "known": named.token}
        if (ours := connection.execute(_OF_TOKEN, asked).one_or_none()) is not None:
            return ours.token, named.provider_id or ours.provider_id or ""
    if not named.provider_id:
        return None
    exact = _attempts_with(connection, named.provider, [named.provider_id])
    ends = _ends(named.phones)
    if found := next((row for row in exact if not ends or row.number[-_TELLING:] in ends), None):
        return found.token, found.provider_id
    order = {each: kind for kind, ids in reversed(list(enumerate(named.may_mean))) for each in ids}
    near = _attempts_with(connection, named.provider, list(order))
    to_phone = [row for row in near if row.number[-_TELLING:] in ends]
    telling = [row for row in near if len(row.provider_id.lstrip("0")) >= _TELLING]
    likely = to_phone or exact or telling
    best = min(likely, key=lambda row: order.get(row.provider_id, 0), default=None)
    return best and (best.token, best.provider_id)


def _test_of(connection: Connection, named: NamedReceipt) -> Any | None:
    """Return the row of the administrator's test text that a report is about, or None."""
    spelled = (each for ids in named.may_mean for each in ids)
    names = (named.token, named.provider_id, *spelled)
    return named_test(connection, named.provider, tuple(name for name in names if name))


def _report_test(connection: Connection, named: NamedReceipt) -> bool:
    test = _test_of(connection, named)
    return test is not None and report_test(
        connection, test.token, named.state, named.error_code, wall_clock()
    )


_TELLING: Final = 8
"""Number of last digits by which phones are compared.

An id with fewer digits than this may fit several texts.
"""


def _ends(phones: Collection[str]) -> set[str]:
    return {end for phone in phones if len(end := phone[-_TELLING:]) == _TELLING}


def _attempts_with(connection: Connection, provider: str, ids: Collection[str]) -> Sequence[Any]:
    """Return the provider's attempts that have one of these message ids, the latest first."""
    return connection.execute(_NAMED, {"by": provider, "ids": ids}).all()


_NAMED: Final = (
    select(attempts.c.token, attempts.c.provider_id, deliveries.c.number)
    .join(deliveries, deliveries.c.id == attempts.c.delivery)
    .where(
        attempts.c.provider == bindparam("by"),
        attempts.c.provider_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(attempts.c.started_at.desc(), attempts.c.token)
)

_OF_TOKEN: Final = select(attempts.c.token, attempts.c.provider_id).where(
    attempts.c.provider == bindparam("by"), attempts.c.token == bindparam("known")
)

_BODY: Final = (
    select(texts.c.body)
    .join(deliveries, deliveries.c.text == texts.c.id)
    .join(attempts, attempts.c.delivery == deliveries.c.id)
    .where(attempts.c.token == bindparam("known"))
)
