"""Apply Updates and Cancels to the results of the earlier messages that they refer to."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from alerting.access.command import Command, on_whole
from alerting.access.rules import Act
from alerting.alerts.correct import cancel_by, correct_by
from alerting.approvals.rules import WithdrawalReason
from alerting.approvals.store import withdraw
from alerting.cap.lifecycle import TRANSITIONS, Action, AlertState
from alerting.cap_inbox.act import ActionResult, Arrival
from alerting.cap_inbox.extend import extend_area
from alerting.cap_inbox.rules.judge import Judged
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.cap_inbox.rules.request import changes_of
from alerting.cap_inbox.store import Earlier, end_notes, referred_to
from alerting.errors import AlertingError, ConflictError
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.writer import Transaction
from contacts.directory import officer

_LONGEST_REASON: Final = 500


def cancel_earlier(transaction: Transaction, arrival: Arrival) -> ActionResult:
    """End the notes, proposals and alerts of the messages that a Cancel refers to."""
    earlier = _earlier(transaction, arrival)
    was_shown = end_notes(transaction.connection, earlier)
    found = _alerts(transaction, earlier)
    ended = _withdraw(transaction, arrival, found)
    verb = partial(_cancel, arrival)
    done = [_as_raiser(transaction, arrival, a, verb) for a in _allowing(found, Action.CANCEL)]
    if failed := next((each for each in done if each.outcome is not Outcome.CANCELLED), None):
        return failed
    ended += [alert for each in done for alert in each.followed]
    if ended or was_shown:
        followed = tuple(ended)
        return ActionResult(
            Outcome.CANCELLED, Reason.FOLLOWS, alert=max(ended, default=None), followed=followed
        )
    is_over = any(alert.state is not AlertState.PROPOSED for alert in found)
    return ActionResult(
        Outcome.IGNORED, Reason.ALREADY_OVER if is_over else Reason.NOTHING_TO_CANCEL
    )


def follow_update(transaction: Transaction, arrival: Arrival) -> ActionResult | None:
    """Apply an Update to the messages that it refers to; return None to treat it as a new message.

    Earlier notes end, and proposals are withdrawn. Alerts that are not over are corrected. An
    all-clear changes no alert, because only an officer may let people return.
    """
    earlier = _earlier(transaction, arrival)
    end_notes(transaction.connection, earlier)
    found = _alerts(transaction, earlier)
    _withdraw(transaction, arrival, found)
    live, judged = _allowing(found, Action.UPDATE), arrival.assessed.judged
    if not live or judged is None or judged.reason is Reason.ALL_CLEAR:
        return None
    verb = partial(_correct, arrival, judged)
    done = [_as_raiser(transaction, arrival, alert, verb) for alert in live]
    return next((each for each in done if each.outcome is not Outcome.UPDATED), done[0])


def _earlier(transaction: Transaction, arrival: Arrival) -> list[Earlier]:
    message = arrival.assessed.message
    return referred_to(
        transaction.connection, arrival.source.name, message.references, message.status
    )


def _alerts(transaction: Transaction, earlier: Sequence[Earlier]) -> list[StoredAlert]:
    ids = sorted({each.alert for each in earlier if each.alert is not None})
    transaction.lock(ids)
    return [stored(transaction.connection, alert) for alert in ids]


def _allowing(alerts: Iterable[StoredAlert], action: Action) -> list[StoredAlert]:
    return [alert for alert in alerts if (alert.state, action) in TRANSITIONS]


def _withdraw(
    transaction: Transaction, arrival: Arrival, alerts: Sequence[StoredAlert]
) -> list[int]:
    """Withdraw those of the alerts that are proposed; return their ids."""
    proposed = _allowing(alerts, Action.WITHDRAW)
    for alert in proposed:
        withdraw(transaction, alert, WithdrawalReason.BY_SOURCE, arrival.at)
    return [alert.id for alert in proposed]


def _as_raiser(
    transaction: Transaction,
    arrival: Arrival,
    alert: StoredAlert,
    verb: Callable[[Command], ActionResult],
) -> ActionResult:
    """Run a verb in the name of the officer who raised the alert or approved its proposal."""
    caller = officer(transaction.connection, alert.raised_by)
    if caller is None:
        return _left_alone(arrival, alert, Reason.OFFICER_UNKNOWN, alert.raised_by)
    try:
        with transaction.attempt():
            return verb(on_whole(transaction, caller, alert.id, Act.CORRECT, arrival.at))
    except ConflictError as refusal:
        return _left_alone(arrival, alert, Reason.ALREADY_OVER, str(refusal))
    except AlertingError as refusal:
        return _left_alone(arrival, alert, Reason.NOT_PERMITTED, str(refusal))


def _left_alone(arrival: Arrival, alert: StoredAlert, reason: Reason, detail: str) -> ActionResult:
    """Return `NOTED` if boards show the message, else `IGNORED`; the alert cannot be changed."""
    outcome = Outcome.NOTED if arrival.assessed.shown_to else Outcome.IGNORED
    return ActionResult(outcome, reason, detail, alert.id)


def _cancel(arrival: Arrival, command: Command) -> ActionResult:
    summary = arrival.assessed.summary
    said = summary.description or summary.headline or "Cancel"
    cancel_by(command, f"{arrival.source.name}: {said}"[:_LONGEST_REASON])
    alert = command.alert.id
    return ActionResult(Outcome.CANCELLED, Reason.FOLLOWS, alert=alert, followed=(alert,))


def _correct(arrival: Arrival, judged: Judged, command: Command) -> ActionResult:
    alert, rules = command.alert, command.transaction.policy.alert
    changes = changes_of(
        alert.request, arrival.assessed.message, judged.infos[0], rules, arrival.at
    )
    reason = Reason.FOLLOWS if changes.model_fields_set else Reason.NOTHING_CHANGED
    if changes.model_fields_set:
        correct_by(command, changes)
    detail = extend_area(command, judged.action, arrival.assessed.place)
    return ActionResult(Outcome.UPDATED, reason, detail, alert.id, (alert.id,))
