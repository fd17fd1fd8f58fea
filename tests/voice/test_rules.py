"""Rules for phone calls: delivery states, the meaning of keys, and outdated speeches."""

from datetime import timedelta
from functools import reduce
from itertools import permutations

import pytest

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.rules.delivery import DeliveryState, merge
from alerting.deliveries.rules.forecast import Recipient
from alerting.messages.speech import SpeechKind
from alerting.replies.rules.intents import KEYS
from alerting.roll.rules.evidence import Report
from alerting.voice.rules import Silence, meaning_of, silence, state_of_call
from tests.support.city import NOW

REACHED = DeliveryState.DELIVERED


def outcome(*states: DeliveryState) -> DeliveryState:
    return reduce(merge, states, DeliveryState.SENDING)


@pytest.mark.parametrize(
    ("statuses", "end"),
    [
        (("queued", "initiated", "ringing"), DeliveryState.ACCEPTED),
        (("initiated", "ringing", "in-progress"), DeliveryState.SENT),
        (("initiated", "ringing", "in-progress", "completed"), DeliveryState.UNDELIVERED),
        (("initiated", "ringing", "busy"), DeliveryState.UNDELIVERED),
        (("initiated", "ringing", "no-answer"), DeliveryState.UNDELIVERED),
        (("initiated", "ringing", "failed"), DeliveryState.FAILED),
        (("initiated", "ringing", "canceled"), DeliveryState.CANCELLED),
    ],
)
def test_statuses_in_any_order_have_the_same_result(
    statuses: tuple[str, ...], end: DeliveryState
) -> None:
    states = [state_of_call(status) for status in statuses]
    assert {outcome(*order, order[0]) for order in permutations(states)} == {end}
    # A speech that was heard outranks every call status of the provider.
    assert {outcome(*order) for order in permutations([*states, REACHED])} == {REACHED}


@pytest.mark.parametrize("status", ["", "delivered", "Completed", "answered"])
def test_unknown_status_is_an_error(status: str) -> None:
    with pytest.raises(ValueError, match="is not a status of an outbound call"):
        state_of_call(status)


@pytest.mark.parametrize("key", KEYS)
def test_household_keys_mean_the_same_as_in_texts(key: str) -> None:
    meaning = meaning_of(Recipient.HOUSEHOLD, key)
    assert meaning is not None
    assert meaning.report is Report(KEYS[key])
    assert meaning.answer is SpeechKind(KEYS[key])


def test_key_2_in_an_exercise_with_one_phone_says_that_nobody_comes() -> None:
    meaning = meaning_of(Recipient.HOUSEHOLD, "2", sends_help=False)
    assert meaning is not None
    assert (meaning.report, meaning.answer) == (Report.NEEDS_HELP, SpeechKind.EXERCISE_HELP)


def test_officers_key_confirms_and_gives_no_evidence() -> None:
    meaning = meaning_of(Recipient.OFFICER, "1")
    assert meaning is not None
    assert (meaning.report, meaning.answer) == (None, SpeechKind.CONFIRMED)


@pytest.mark.parametrize(
    ("called", "keys"), [(Recipient.HOUSEHOLD, "0567890*#"), (Recipient.OFFICER, "02345*#")]
)
def test_other_keys_have_no_meaning(called: Recipient, keys: str) -> None:
    assert [meaning_of(called, key) for key in ["", "11", *keys]] == [None] * (len(keys) + 2)


@pytest.mark.parametrize(
    ("state", "seconds_left", "expected"),
    [
        (AlertState.OPEN, 1, None),
        (AlertState.CLOSED, 1, None),
        (AlertState.OPEN, 0, Silence.EXPIRED),
        (AlertState.CANCELLED, 1, Silence.OVER),
        (AlertState.ALL_CLEAR, 1, Silence.OVER),
        (AlertState.EXPIRED, 1, Silence.OVER),
    ],
)
def test_outdated_text_is_not_said(
    state: AlertState, seconds_left: int, expected: Silence | None
) -> None:
    assert silence(state, NOW + timedelta(seconds=seconds_left), NOW) is expected
