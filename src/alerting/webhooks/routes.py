"""Routes for administrators that show webhooks and send their dead letters again."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, status
from pydantic import ConfigDict, Field
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.errors import ForbiddenError, NotFoundError
from alerting.policy.webhooks import Webhook
from alerting.runtime import Runtime
from alerting.webhooks.letters import ask_again, dead_letters_of
from alerting.webhooks.store import count_behind, state_of
from contacts.bounds import Body
from contacts.directory import Officer
from contacts.division import covers
from contacts.people import Role

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

_MOST_LETTERS: Final = 200

_FOR_ADMINISTRATORS: Final = for_administrators()

_OF_ONE: Final = for_administrators(404)

Name = Annotated[str, Path(max_length=40, description="The webhook's name in the policy.")]


class WebhookBody(Body):
    """A webhook of the policy, and its state. All times are by the service's clock."""

    name: str
    """The webhook's name in the policy."""
    url: str
    """The address to which messages are posted."""
    kinds: list[str]
    """Patterns of the wanted kinds of events; empty for all kinds that the log page shows."""
    division: str | None
    """The division to which alerts and events are limited; null for everywhere."""
    personal: bool
    """True if messages include people's ids and words."""
    waiting: int
    """Number of log entries not yet processed for the webhook, whether wanted or not."""
    failures: int
    """Number of failures in a row; 0 if the last message was accepted."""
    failing_since: datetime | None
    """Time of the first failure in a row; null if the last message was accepted."""
    problem: str
    """The last failure; empty if the last message was accepted."""
    next_try_at: datetime | None
    """When the next message may be posted; null if no process has served the webhook yet."""
    delivered_at: datetime | None
    """When the receiver last accepted a message; null if never."""
    dead_letters: int
    """Number of events given up because they were not accepted for three days."""


class DeadLetterBody(Body):
    """An event that the webhook did not accept in time; the alert's log still has it."""

    model_config = ConfigDict(from_attributes=True)

    alert: int
    """The id of the alert."""
    seq: int
    """The sequence number of the entry in the alert's log."""
    at: datetime
    """When the event was given up, or last sent again without success."""
    problem: str
    """The failure of the last attempt."""
    asked_at: datetime | None
    """When an administrator asked to send it again; null if nobody did since the last attempt."""


class DeadLettersBody(Body):
    """A webhook's latest dead letters, the newest first."""

    dead_letters: list[DeadLetterBody] = Field(max_length=_MOST_LETTERS)
    """The dead letters."""


@router.get("", openapi_extra=_FOR_ADMINISTRATORS)
async def list_webhooks(caller: Caller, runtime: RuntimeDep) -> list[WebhookBody]:
    """List the webhooks of the caller's division; for administrators."""
    hooks = _seen_by(caller, runtime)

    def look(connection: Connection) -> list[WebhookBody]:
        return [_body(connection, each) for each in hooks]

    return await runtime.database.read(look)


@router.get("/{name}/dead-letters", openapi_extra=_OF_ONE)
async def list_dead_letters(name: Name, caller: Caller, runtime: RuntimeDep) -> DeadLettersBody:
    """List the dead letters of a webhook of the caller's division; for administrators."""
    _check(name, caller, runtime)
    found = await runtime.database.read(lambda db: dead_letters_of(db, name, _MOST_LETTERS))
    return DeadLettersBody(dead_letters=[DeadLetterBody.model_validate(each) for each in found])


@router.post(
    "/{name}/dead-letters/send-again",
    status_code=status.HTTP_202_ACCEPTED,
    openapi_extra=_OF_ONE,
)
async def send_dead_letters_again(name: Name, caller: Caller, runtime: RuntimeDep) -> None:
    """Send a webhook's dead letters once more; for administrators.

    Dead letters that are accepted leave the list, and waiting events are then tried at once.
    """
    _check(name, caller, runtime)
    now = runtime.clock.now()
    await runtime.ledger.write(lambda tx: ask_again(tx.connection, name, now))


def _check(name: str, caller: Officer, runtime: Runtime) -> None:
    if name not in {each.name for each in _seen_by(caller, runtime)}:
        raise NotFoundError(
            f"there is no webhook {name} within your division", f"您的范围内没有推送{name}"
        )


def _seen_by(caller: Officer, runtime: Runtime) -> list[Webhook]:
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError("webhooks are for administrators", "推送只给管理员管理")
    hooks = runtime.policy.webhooks
    return [each for each in hooks if covers(caller.division, each.division or caller.division)]


def _body(connection: Connection, webhook: Webhook) -> WebhookBody:
    row = state_of(connection, webhook.name)
    waiting, dead = count_behind(connection, webhook.name)
    return WebhookBody(
        name=webhook.name,
        url=webhook.url,
        kinds=list(webhook.kinds),
        division=webhook.division,
        personal=webhook.personal,
        waiting=waiting,
        failures=row.failures if row else 0,
        failing_since=row.failing_since if row else None,
        problem=row.problem if row else "",
        next_try_at=row.next_try_at if row else None,
        delivered_at=row.delivered_at if row else None,
        dead_letters=dead,
    )
