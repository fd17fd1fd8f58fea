"""What follows from the answer to an attempt to send a sensor's text."""

from datetime import timedelta

import pytest

from alerting.deliveries.channel import Answer
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind
from alerting.sensors.tries import MOST_TRIES, Progress, after_answer
from tests.support.city import NOW, after

DOUBT = timedelta(seconds=20)
ACCEPTED = Answer(OutcomeKind.ACCEPTED)
UNANSWERED = Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN)


def refused(failure: Failure, wait: float = 0) -> Answer:
    return Answer(OutcomeKind.REFUSED, failure=failure, retry_after=timedelta(seconds=wait))


def step(answer: Answer, *phones: str, tries: int = 1, doubts: int = 0) -> Progress:
    return after_answer(phones, tries, doubts, answer, NOW, DOUBT)


def test_accepted_text_ends() -> None:
    assert step(ACCEPTED, "a", "b").state is DeliveryState.ACCEPTED


@pytest.mark.parametrize("failure", [Failure.NEVER, Failure.NO_ROUTE])
def test_unreachable_phone_is_dropped_and_the_next_tried_at_once(failure: Failure) -> None:
    found = step(refused(failure), "a", "b")
    assert (found.phones, found.state, found.due_at) == (("b",), DeliveryState.QUEUED, NOW)
    assert step(refused(failure), "b").state is DeliveryState.REFUSED


@pytest.mark.parametrize("failure", [Failure.RETRY, Failure.NOT_SENT, Failure.PAGE_OPERATOR])
def test_provider_fault_is_retried_at_the_same_phone(failure: Failure) -> None:
    found = step(refused(failure), "a", "b", tries=3)
    assert (found.phones, found.due_at) == (("a", "b"), after(4))
    assert step(refused(failure, wait=90), "a").due_at == after(90)


@pytest.mark.parametrize("failure", [Failure.ONCE_MORE, Failure.UNLISTED])
def test_other_refusals_move_the_phone_to_the_end(failure: Failure) -> None:
    found = step(refused(failure), "a", "b")
    assert (found.phones, found.due_at) == (("b", "a"), after(1))


def test_unknown_outcome_goes_to_the_next_phone_or_waits() -> None:
    found = step(UNANSWERED, "a", "b")
    assert (found.phones, found.doubts, found.due_at) == (("b", "a"), 1, after(1))
    assert step(UNANSWERED, "a").due_at == after(20)


def test_unknown_outcome_is_repeated_three_times() -> None:
    assert step(UNANSWERED, "a", doubts=2).state is DeliveryState.QUEUED
    assert step(UNANSWERED, "a", doubts=3).state is DeliveryState.UNKNOWN


def test_number_of_attempts_is_limited() -> None:
    assert step(refused(Failure.RETRY), "a", tries=MOST_TRIES - 1).state is DeliveryState.QUEUED
    assert step(refused(Failure.RETRY), "a", tries=MOST_TRIES).state is DeliveryState.REFUSED
