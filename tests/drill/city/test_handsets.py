import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from alerting.drill.city.handsets import Handsets, RosterEntry, is_cancellation, parse_roster
from alerting.drill.city.people import (
    Behaviour,
    Kind,
    OfficerBehaviour,
    behaviour,
    officer_behaviour,
)
from alerting.drill.timers import Timer

BEGAN = datetime(2022, 8, 29, 4, 0, tzinfo=UTC)
SENDER = "+8610000000100"
PHONE, OTHER_PHONE = "+8610000000001", "+8610000000002"
SEED = 1


@dataclass
class Story:
    """Handsets with a clock that the test advances, and the texts that they have sent."""

    now: float = 0.0
    sent: list[tuple[float, str, str, str]] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.handsets = Handsets(SEED, self.later, self.keep)

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        due = BEGAN + timedelta(seconds=self.now + seconds)
        timer = Timer(due, len(self.timers), action)
        heapq.heappush(self.timers, timer)
        return timer

    def keep(self, phone: str, sender: str, body: str) -> None:
        self.sent.append((self.now, phone, sender, body))

    def wind_to(self, now: float) -> None:
        while self.timers and self.timers[0].due <= BEGAN + timedelta(seconds=now):
            timer = heapq.heappop(self.timers)
            self.now = (timer.due - BEGAN).total_seconds()
            timer.run()
        self.now = now

    def bodies(self) -> list[str]:
        return [body for _, _, _, body in self.sent]


@pytest.fixture
def story() -> Story:
    return Story()


def household(kind: Kind) -> tuple[RosterEntry, Behaviour]:
    for n in range(10000):
        code = f"511921100208{n:04d}"
        plan = behaviour(SEED, code, 4, True, False)
        if plan.kind is kind:
            return RosterEntry(code, 4, (PHONE, OTHER_PHONE), False, "household"), plan
    raise AssertionError(kind)


@pytest.mark.parametrize("kind", [Kind.ANSWERS_SOON, Kind.GARBLED, Kind.STAYS, Kind.OPTS_OUT])
def test_replies_come_from_the_phone_that_got_the_text(story: Story, kind: Kind) -> None:
    entry, plan = household(kind)
    story.handsets.load([entry])
    story.now = 100.0
    story.handsets.receive(OTHER_PHONE, SENDER, "演练：请立即撤离")
    story.wind_to(5000)
    replies = [(OTHER_PHONE, SENDER, reply.body) for reply in plan.replies]
    assert [sent[1:] for sent in story.sent] == replies
    expected = [100 + reply.delay_seconds for reply in plan.replies]
    assert [sent[0] for sent in story.sent] == pytest.approx(expected)


def test_household_ignores_reminders_and_texts_to_second_phone(story: Story) -> None:
    entry, plan = household(Kind.GARBLED)
    story.handsets.load([entry])
    for number in (PHONE, OTHER_PHONE, PHONE):
        story.handsets.receive(number, SENDER, "Leave now")
    story.wind_to(5000)
    story.handsets.receive(PHONE, SENDER, "Are all of you out?")
    story.wind_to(10000)
    assert story.bodies() == [reply.body for reply in plan.replies]


def test_silent_household_sends_nothing(story: Story) -> None:
    entry, _ = household(Kind.NEVER_LOOKS)
    story.handsets.load([entry])
    story.handsets.receive(PHONE, SENDER, "Leave now")
    story.wind_to(100000)
    assert story.sent == []
    assert story.handsets.pick_up(PHONE) in {"rings", "voicemail"}
    assert story.handsets.press_key(PHONE) is None


@pytest.mark.parametrize(
    "text", ["演练：预警已取消", "DRILL. CANCELLED", "Ｃａｎｃｅｌ", "La alerta queda anulada"]
)
def test_cancellation_stops_pending_replies(story: Story, text: str) -> None:
    entry, plan = household(Kind.GARBLED)
    story.handsets.load([entry])
    story.handsets.receive(PHONE, SENDER, "Leave now")
    story.wind_to(plan.replies[0].delay_seconds)
    assert is_cancellation(text)
    story.handsets.receive(PHONE, SENDER, text)
    story.wind_to(10000)
    assert story.bodies() == [plan.replies[0].body]

    story.handsets.receive(PHONE, SENDER, "A new alert: leave now")
    story.wind_to(20000)
    assert story.bodies()[1:] == [reply.body for reply in plan.replies]


def test_household_presses_a_key_once_and_then_sends_no_text(story: Story) -> None:
    entry, plan = household(Kind.ELSEWHERE)
    story.handsets.load([entry])
    story.handsets.receive(PHONE, SENDER, "Leave now")
    assert story.handsets.pick_up(PHONE) == "answers"
    assert story.handsets.press_key(PHONE) == plan.call.key == "4"
    assert story.handsets.press_key(OTHER_PHONE) is None
    story.wind_to(10000)
    story.handsets.receive(PHONE, SENDER, "Leave now")
    story.wind_to(20000)
    assert story.sent == []


def test_household_that_replied_presses_no_key(story: Story) -> None:
    entry, _ = household(Kind.ANSWERS_SOON)
    story.handsets.load([entry])
    story.handsets.receive(PHONE, SENDER, "Leave now")
    story.wind_to(10000)
    assert story.handsets.press_key(PHONE) is None


def test_visited_household_sends_no_text(story: Story) -> None:
    entry, _ = household(Kind.ASKS_HELP)
    story.handsets.load([entry])
    story.handsets.receive(PHONE, SENDER, "Leave now")
    story.handsets.visit([entry.code, "nobody"])
    story.wind_to(10000)
    assert story.sent == []


def officer(wanted: Callable[[OfficerBehaviour], bool]) -> RosterEntry:
    ids = (f"grid-{n}" for n in range(1000))
    id_ = next(each for each in ids if wanted(officer_behaviour(SEED, each)))
    return RosterEntry(id_, 1, (PHONE,), False, "officer")


@pytest.mark.parametrize(
    "call",
    [
        "演练：叫应：千佛村滑坡，请回“收到”或1。",
        "ACKNOWLEDGE, reply 1.",
        "CONFIRME, responda 1: derrumbe",
    ],
)
def test_officer_confirms_a_text_that_asks_for_it(story: Story, call: str) -> None:
    story.handsets.load([officer(lambda plan: bool(plan.replies))])
    story.handsets.receive(PHONE, SENDER, "请入户3户：034 035 036")
    story.wind_to(500)
    assert story.sent == []
    for _ in range(2):
        story.handsets.receive(PHONE, SENDER, call)
    story.wind_to(1000)
    assert story.bodies() == ["1"]


def test_officer_who_ignores_texts_confirms_a_call_by_key(story: Story) -> None:
    story.handsets.load([officer(lambda plan: not plan.replies and not plan.is_silent)])
    story.handsets.receive(PHONE, SENDER, "Reply 1 to confirm.")
    story.wind_to(1000)
    assert story.sent == []
    assert (story.handsets.pick_up(PHONE), story.handsets.press_key(PHONE)) == ("answers", "1")


ROLL_CALLS = (
    "演练：请勿返回！点名：05:10前请回复：",
    "DO NOT GO BACK. Roll-call, by 05:20 reply",
)


def present(kind: Kind, *, misses: bool) -> tuple[RosterEntry, Behaviour]:
    for n in range(10000):
        code = f"511921100208{n:04d}"
        plan = behaviour(SEED, code, 4, True, False)
        if plan.kind is kind and plan.misses_roll_call is misses:
            return RosterEntry(code, 4, (PHONE,), False, "household"), plan
    raise AssertionError(kind)


@pytest.mark.parametrize(("kind", "key"), [(Kind.NEVER_LOOKS, "1"), (Kind.ELSEWHERE, "4")])
def test_each_roll_call_is_answered_once(story: Story, kind: Kind, key: str) -> None:
    entry, plan = present(kind, misses=False)
    story.handsets.load([entry])
    story.handsets.visit([entry.code])
    for roll_call in (ROLL_CALLS[0], ROLL_CALLS[0], ROLL_CALLS[1]):
        story.handsets.receive(PHONE, SENDER, roll_call)
        story.wind_to(story.now + plan.roll_call.delay_seconds)
    assert story.bodies() == [key] * 2


def test_household_that_missed_a_roll_call_answers_the_next(story: Story) -> None:
    entry, plan = present(Kind.ANSWERS_SOON, misses=True)
    story.handsets.load([entry])
    story.handsets.visit([entry.code])
    for roll_call in (ROLL_CALLS[0], ROLL_CALLS[0]):
        story.handsets.receive(PHONE, SENDER, roll_call)
    story.wind_to(1000)
    assert story.sent == []
    story.handsets.receive(PHONE, SENDER, ROLL_CALLS[1])
    story.wind_to(1000 + plan.roll_call.delay_seconds)
    assert story.bodies() == ["1"]


VILLAGE = "511921100208"
QUESTION = "演练：您照看的2户05:10没回音：{}。出来没？别回去。逐户回“{} 1”：1全家已撤"
QUESTION_EN = 'DRILL. 2 in your care silent 05:10: {}. Out? Reply "{} 1"'


def homes_seen(key: str | None) -> list[RosterEntry]:
    """Return the households without a phone that a neighbour reports with this digit."""
    entries = [RosterEntry(f"{VILLAGE}{n:04d}", 2, (), False, "household") for n in range(200)]
    plans = [behaviour(SEED, entry.code, 2, False, False) for entry in entries]
    return [e for e, plan in zip(entries, plans, strict=True) if plan.seen_by_neighbour == key]


@pytest.mark.parametrize("question", [QUESTION, QUESTION_EN])
def test_household_answers_for_the_neighbours_it_has_seen(story: Story, question: str) -> None:
    centre = RosterEntry(f"{VILLAGE}0500", 2, (PHONE,), False, "household")
    (first, second, *_), (lost, *_) = homes_seen("1"), homes_seen(None)
    story.handsets.load([centre, first, second, lost])
    numbers = [entry.code[-3:] for entry in (first, lost, second)]
    listed = " ".join(f"{number}住户0{number}" for number in numbers)
    story.handsets.receive(PHONE, SENDER, question.format(listed, numbers[0]))
    story.wind_to(1000)
    assert story.bodies() == [f"{numbers[0]} 1, {numbers[2]} 1"]
    assert story.handsets.press_key(PHONE) == behaviour(SEED, centre.code, 2, True, False).call.key


def test_household_that_saw_no_neighbour_does_not_reply(story: Story) -> None:
    centre = RosterEntry(f"{VILLAGE}0500", 2, (PHONE,), False, "household")
    (lost, *_) = homes_seen(None)
    story.handsets.load([centre, lost])
    number = lost.code[-3:]
    story.handsets.receive(PHONE, SENDER, QUESTION.format(f"{number}住户0{number}", number))
    story.wind_to(1000)
    assert story.sent == []


def test_officers_ignore_roll_call_texts(story: Story) -> None:
    story.handsets.load([officer(lambda plan: bool(plan.replies))])
    story.handsets.receive(PHONE, SENDER, ROLL_CALLS[0])
    story.wind_to(1000)
    assert story.sent == []


def test_shared_phone_number_belongs_to_the_first_entry(story: Story) -> None:
    first, plan = household(Kind.STAYS)
    second = RosterEntry("5119211002089999", 2, (PHONE,), False, "household")
    story.handsets.load([first])
    story.handsets.load([second, first])
    story.handsets.receive(PHONE, SENDER, "Leave now")
    story.wind_to(10000)
    assert story.bodies() == [reply.body for reply in plan.replies]


def test_unknown_phone_rings_unanswered(story: Story) -> None:
    story.handsets.receive(PHONE, SENDER, "Leave now")
    story.wind_to(10000)
    assert story.sent == []
    assert story.handsets.pick_up(PHONE) == "rings"
    assert story.handsets.press_key(PHONE) is None


def test_household_with_one_dead_phone_still_has_a_phone() -> None:
    story = Story()
    entry, plan = household(Kind.STAYS)
    half_dead = replace(entry, dead=entry.phones[:1])
    story.handsets.load([half_dead])
    assert (story.handsets.is_dead(PHONE), story.handsets.is_dead(OTHER_PHONE)) == (True, False)
    assert story.handsets.pick_up(PHONE) == "dead"
    assert story.handsets.pick_up(OTHER_PHONE) == plan.call.pick_up
    assert half_dead.has_phone
    assert not replace(entry, dead=entry.phones).has_phone


def test_missing_roster_fields_get_defaults() -> None:
    [full, bare] = parse_roster(
        [
            {
                "code": "1",
                "headcount": 4,
                "phones": ["10000000001"],
                "vulnerable": True,
                "language": "en",
            },
            {"code": "2", "kind": "officer"},
        ]
    )
    assert full == RosterEntry("1", 4, (PHONE,), True, "household", language="en")
    assert bare == RosterEntry("2", 1, (), False, "officer")


@pytest.mark.parametrize("entry", [{"headcount": 2}, {"code": "1", "phones": ["nobody"]}])
def test_invalid_roster_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        parse_roster([entry])


def test_household_does_not_reply_to_an_all_clear(story: Story) -> None:
    entry, _ = household(Kind.ANSWERS_SOON)
    story.handsets.load([entry])
    story.handsets.receive(PHONE, SENDER, "演练：警报解除，可以回家")
    story.wind_to(5000)
    assert story.sent == []
