"""A step of the escalation loop: raise a planned exercise when it is due."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection, RowMapping, insert, select, update

from alerting.access.rules import Act
from alerting.access.scope import check_places
from alerting.alerts.raise_alert import accept
from alerting.cap.alert import AlertRequest, Area, Status
from alerting.cap.exercise import Exercise, ExerciseSize
from alerting.errors import AlertingError, ForbiddenError
from alerting.exercises.rules import PlanOutcome, month_later, withheld
from alerting.exercises.store import actual_alert
from alerting.exercises.tables import exercise_outcomes, exercise_plans
from alerting.ledger.writer import Transaction
from alerting.messages.languages import HAZARDS, LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from contacts.directory import officer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Outcome:
    kind: PlanOutcome
    alert: int | None = None
    detail: str = ""
    chinese: str = ""


def raise_planned(transaction: Transaction, now: datetime) -> int:
    """Raise the planned exercise that has been due for longest; return 1, or 0 if none is due.

    The plan's row is locked, and its next time is stored in the same transaction, so each exercise
    is raised once.
    """
    plan = _due(transaction.connection, now)
    if plan is None:
        return 0
    outcome = _follow(transaction, plan, now)
    _record(transaction, plan, outcome)
    told = {"plan": plan["id"], "division": plan["division"], "due": plan["due"].isoformat()}
    write = log.info if outcome.kind is PlanOutcome.RAISED else log.warning
    write("a planned exercise was due", outcome=outcome.kind, detail=outcome.detail, **told)
    return 1


def _due(connection: Connection, now: datetime) -> RowMapping | None:
    plans = exercise_plans.c
    query = select(exercise_plans).where(plans.due <= now).order_by(plans.due, plans.id)
    return connection.execute(query.limit(1).with_for_update(skip_locked=True)).mappings().first()


def _follow(transaction: Transaction, plan: RowMapping, now: datetime) -> _Outcome:
    actual = actual_alert(transaction.connection, plan["division"])
    reason = withheld(plan["due"], now, actual)
    if reason is not None:
        return _Outcome(reason, actual if reason is PlanOutcome.SKIPPED else None)
    try:
        with transaction.attempt():
            return _Outcome(PlanOutcome.RAISED, _raise(transaction, plan, now))
    except AlertingError as refusal:
        return _Outcome(PlanOutcome.REFUSED, detail=str(refusal), chinese=refusal.chinese or "")


def _raise(transaction: Transaction, plan: RowMapping, now: datetime) -> int:
    """Raise a planned exercise in the name of its planner; return the alert's id.

    Raises:
        AlertingError: if the planner may not raise it now, or if it reaches nobody.
    """
    planner = officer(transaction.connection, plan["planned_by"])
    if planner is None:
        raise ForbiddenError(
            f"{plan['planned_by']} is no longer an officer", f"{plan['planned_by']}已不是责任人"
        )
    check_places(planner, Act.RAISE, [plan["division"]], "division")
    return accept(transaction, planner, request_of(plan), None, now)[0].id


def request_of(plan: RowMapping) -> AlertRequest:
    """Return the request for the alert that a plan raises."""
    size, phrase = ExerciseSize(plan["size"]), LANGUAGES[HOME_LANGUAGE].hazards[plan["hazard"]]
    own = plan["planned_by"] if size is ExerciseSize.ONE_PHONE else None
    return AlertRequest(
        status=Status.EXERCISE,
        exercise=Exercise(size=size, household=None, officer=own),
        event=phrase.name,
        category=HAZARDS[plan["hazard"]],
        language=HOME_LANGUAGE,
        description=phrase.name,
        instruction=phrase.instruction,
        area=Area(divisions=(plan["division"],)),
    )


def _record(transaction: Transaction, plan: RowMapping, outcome: _Outcome) -> None:
    """Store a plan's outcome, and the time when it is due again."""
    told = {
        "outcome": outcome.kind,
        "alert": outcome.alert,
        "detail": outcome.detail,
        "chinese": outcome.chinese,
    }
    transaction.connection.execute(
        insert(exercise_outcomes).values(plan=plan["id"], due=plan["due"], **told)
    )
    again = (
        month_later(plan["first"], plan["due"], transaction.policy.alert.zone)
        if plan["monthly"]
        else None
    )
    coming = update(exercise_plans).where(exercise_plans.c.id == plan["id"]).values(due=again)
    transaction.connection.execute(coming)
