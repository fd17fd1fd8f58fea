"""Stateful test of the whole service: no order of events makes it forget a household.

Hypothesis chooses the order of alerts, replies, receipts, officers' reports, corrections, crashes
and waits. The rules of accounting are checked after every step.
"""

import contextlib
import itertools
import os
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from alerting.accounting.audit import verify
from alerting.accounting.evidence import NewEvidence
from alerting.accounting.report import Finding, report
from alerting.alerts.close import close, give_all_clear
from alerting.alerts.correct import cancel, correct
from alerting.alerts.raise_alert import raise_alert
from alerting.approvals.widen import widen
from alerting.cap.alert import AlertRequest, Area, Status
from alerting.cap.changes import Changes
from alerting.deliveries.channel import Answer
from alerting.deliveries.receipts import record_receipt
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind
from alerting.deliveries.rules.forecast import Priority
from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.doors.rules import PENDING
from alerting.doors.tables import tasks
from alerting.errors import AlertingError
from alerting.help_cases.tables import help_cases
from alerting.ledger.tables import alerts, events
from alerting.officer_calls.confirm import confirm_call
from alerting.policy.sections import Channel
from alerting.replies.rules.reply import read_reply
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.roll.rules.evidence import Report
from alerting.roll.tables import evidence, roll, tallies
from alerting.roll.tallies import NAMES
from alerting.roll_calls.begin import call_roll
from tests.support.city import (
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.simulated_service import World

HOUSEHOLDS: Final = 6
AREAS: Final = (QIANFO, NEXT_VILLAGE, TOWN)
HOMES: Final = [
    (village, number) for village in (QIANFO, NEXT_VILLAGE) for number in range(1, HOUSEHOLDS + 1)
]
SAYINGS: Final = (
    *(
        "1",
        "1 1",
        "2",
        "3",
        "4",
        "收到",
        "???",
        "STOP",
        "不安全",
        "已转移",
        "救命",
        "还有一个没出来",
    ),
)
FOUND: Final = (Report.EVACUATED, Report.NEEDS_HELP, Report.STAYING, Report.ELSEWHERE)
REPORTS: Final = (*FOUND, Report.NOT_HOME)
STATUSES: Final = ("sent", "delivered", "undelivered", "failed")
CALLING_OUT: Final = {
    *("alert", "reminder", "correction", "voice_alert", "call", "call_correction", "voice_call"),
}
ANSWERS: Final = {
    "taken": (Answer(OutcomeKind.ACCEPTED, provider_id="SM1"), True),
    "doubtful and taken": (Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN), True),
    "doubtful and lost": (Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN), False),
    "no such phone": (
        Answer(OutcomeKind.REFUSED, failure=Failure.NEVER, error_code=21211),
        False,
    ),
    "too many": (Answer(OutcomeKind.REFUSED, failure=Failure.RETRY, error_code=20429), False),
}
SAID: Final = sorted(ANSWERS)
STEPS: Final = 60
EXAMPLES: Final = 5
SHORT: Final = 2
PLACE: Final = st.integers(0, 999)
DAYS: Final = 4
FIRST_SEED: Final = int(os.environ.get("ALERTING_TEST_SEED", "20220829"))
_names = itertools.count(1)

Key = tuple[int, str]


def request(status: Status, area: str) -> AlertRequest:
    return AlertRequest(
        status=status,
        event="滑坡",
        description="后山裂缝变宽",
        instruction="立即撤离",
        assembly_point="村小学",
        area=Area(divisions=(area,)),
    )


class Evacuation(RuleBasedStateMachine):
    """State machine whose rules are the events of one evacuation."""

    template: ClassVar[Path]
    """A migrated database, which is copied for each run."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.world: World
        self.raised: list[tuple[int, Status, str]] = []
        self.words: defaultdict[Key, set[str]] = defaultdict(set)
        """What people have reported about each household, recorded by the test itself."""
        self.done: list[Callable[[], Coroutine[Any, Any, object]]] = []
        """Accepted requests that the test may send a second time."""

    @initialize()
    def open(self) -> None:
        self.world = self._world("day")

    # Rules.

    @precondition(lambda self: len(self.raised) < 3)
    @rule(area=st.sampled_from(AREAS), is_live=st.booleans())
    def raise_one(self, area: str, is_live: bool) -> None:
        status = Status.ACTUAL if is_live else Status.EXERCISE
        commander, key = self.world.somebody("commander"), f"raise-{next(_names)}"
        self._do(
            lambda: raise_alert(
                self.world.runtime, commander, request(status, area), key, again=True
            )
        )
        (newest,) = self.world.rows(select(alerts.c.id).order_by(alerts.c.id.desc()).limit(1))
        self.raised.append((newest.id, status, area))

    @precondition(lambda self: self.raised)
    @rule(place=PLACE, area=st.sampled_from(AREAS))
    def widen_one(self, place: int, area: str) -> None:
        with self._leaving_others(place) as alert:
            self._do(self._as_commander(widen, alert, Area(divisions=(area,))))

    @precondition(lambda self: self.raised)
    @rule(home=st.sampled_from(HOMES), saying=st.sampled_from(SAYINGS), code=st.booleans())
    def text_comes(self, home: tuple[str, int], saying: str, code: bool) -> None:
        about = self.raised[-1][0]
        number = self.world.rows(select(alerts.c.number).where(alerts.c.id == about))[0].number
        body = f"{saying} #{number}" if code else saying
        self._note(household_code(*home), str(read_reply(body).intent))
        self._text(household_phone(*home), body)

    @precondition(lambda self: self.raised)
    @rule(home=st.sampled_from(HOMES), key=st.sampled_from("1234"))
    def officer_texts(self, home: tuple[str, int], key: str) -> None:
        village, number = home
        sender = "grid" if village == QIANFO else "next-grid"
        self._note(household_code(*home), str(read_reply(key).intent))
        self._text(officer_phone(sender), f"{number:03d} {key}")

    @precondition(lambda self: self.raised)
    @rule(
        place=PLACE,
        home=st.sampled_from(HOMES),
        found=st.sampled_from(REPORTS),
        people=st.sampled_from((None, 1)),
        ago=st.integers(0, 900),
        who=st.sampled_from(("grid", "commander", "informant")),
    )
    def officer_reports(
        self,
        place: int,
        home: tuple[str, int],
        found: Report,
        people: int | None,
        ago: int,
        who: str,
    ) -> None:
        with self._leaving_others(place) as alert:
            self._find(alert, household_code(*home), found, people, ago, who)

    @precondition(lambda self: self.raised)
    @rule(place=PLACE, but=st.sets(st.sampled_from(HOMES), max_size=2), ends=st.booleans())
    def nearly_all_are_found(self, place: int, but: set[tuple[str, int]], ends: bool) -> None:
        alert = self.raised[place % len(self.raised)][0]
        for home in HOMES:
            if home not in but:
                self._find(alert, household_code(*home), Report.EVACUATED, None, 0, "commander")
        if ends:
            self.commander_decides(place, close)

    @precondition(lambda self: self.raised)
    @rule(place=PLACE, who=st.sampled_from(("grid", "commander", "county-duty", "city-duty")))
    def officer_confirms(self, place: int, who: str) -> None:
        with self._leaving_others(place) as alert:
            caller = self.world.somebody(who)
            self._do(lambda: confirm_call(self.world.runtime, caller, alert))

    @precondition(lambda self: self.raised)
    @rule(place=PLACE)
    def commander_cancels(self, place: int) -> None:
        with self._leaving_others(place) as alert:
            self._do(self._as_commander(cancel, alert, "false alarm"), may_repeat=False)

    @precondition(lambda self: self.raised)
    @rule(place=PLACE, where=st.sampled_from(("村小学", "镇中学")))
    def commander_corrects(self, place: int, where: str) -> None:
        with self._leaving_others(place) as alert:
            change = Changes(assembly_point=where)
            self._do(self._as_commander(correct, alert, change), may_repeat=False)

    @precondition(lambda self: self.raised)
    @rule(place=PLACE, what=st.sampled_from((close, call_roll, give_all_clear)))
    def commander_decides(self, place: int, what: Callable[..., Any]) -> None:
        with self._leaving_others(place) as alert:
            before = self._unsettled(alert)
            done = self._do(self._as_commander(what, alert), may_repeat=False)
            assert not (what is close and done and before), f"closed while {before} are unsettled"

    @rule(channel=st.sampled_from((Channel.SMS, Channel.VOICE)), most=st.integers(1, 30))
    def dispatcher_claims(self, channel: Channel, most: int) -> None:
        self.world.claim(channel, most)

    @precondition(lambda self: self.raised)
    @rule(channel=st.sampled_from((Channel.SMS, Channel.VOICE)), answer=st.sampled_from(SAID))
    def dispatcher_sends_all(self, channel: Channel, answer: str) -> None:
        self.world.claim(channel, 500)
        self.provider_answers(0, 500, answer)

    @precondition(lambda self: self.world.open_claims)
    @rule(place=PLACE, times=st.integers(1, 20), answer=st.sampled_from(SAID))
    def provider_answers(self, place: int, times: int, answer: str) -> None:
        said, taken = ANSWERS[answer]
        for _ in range(min(times, len(self.world.open_claims))):
            self.world.answer(place, said, taken=taken)

    @precondition(lambda self: self.world.open_claims)
    @rule(place=PLACE, taken=st.booleans())
    def answer_is_lost(self, place: int, taken: bool) -> None:
        self.world.lose(place, taken=taken)

    @precondition(lambda self: self.world.handed)
    @rule(place=PLACE, status=st.sampled_from(STATUSES), code=st.sampled_from((None, 30003, 30005)))
    def receipt_comes(self, place: int, status: str, code: int | None) -> None:
        handed = self.world.handed[place % len(self.world.handed)].claimed
        failure = code if status in {"failed", "undelivered"} else None
        runtime, provider_id = self.world.runtime, f"SM{handed.delivery}"
        self._do(lambda: record_receipt(runtime, handed.token, provider_id, status, failure))

    @precondition(lambda self: self.done)
    @rule(place=PLACE)
    def something_comes_twice(self, place: int) -> None:
        before = self._state()
        with contextlib.suppress(AlertingError):
            self.world.run(self.done[place % len(self.done)]())
        assert self._state() == before, "a repetition changed something"

    @rule(seconds=st.sampled_from((1, 90, 200, 480, 1300, 8000)))
    def time_passes(self, seconds: int) -> None:
        self.world.wait(seconds)
        self.world.look_up(Channel.SMS)
        for alert, _, _ in self.raised:
            assert self._neglected(alert) == [], "nobody follows these households up"

    @rule(is_claiming=st.booleans())
    def process_dies(self, is_claiming: bool) -> None:
        if is_claiming:
            self.world.claim(Channel.SMS, 5)
        self.done.clear()
        self.world.crash()

    # Invariants.

    @invariant()
    def what_always_holds(self) -> None:
        self._everybody_is_in_exactly_one_standing()
        self._nobody_is_accounted_for_without_a_word()
        self._help_is_closed_by_an_officer_only()
        self._an_exercise_says_so_and_a_live_alert_does_not()

    def _everybody_is_in_exactly_one_standing(self) -> None:
        for alert, _, _ in self.raised:
            people: Counter[str] = Counter()
            for row in self._roll(alert):
                parts = (row.unaccounted, row.needs_help, row.staying, row.elsewhere, row.evacuated)
                assert min(parts) >= 0
                assert sum(parts) == row.headcount
                people[row.division] += row.headcount
            kept: Counter[str] = Counter()
            for row in self.world.rows(select(tallies).where(tallies.c.alert == alert)):
                kept[row.division] += sum(
                    getattr(row, name)
                    for name in NAMES
                    if name.startswith("people_") and name != "people_verified"
                )
            assert kept == people

    def _nobody_is_accounted_for_without_a_word(self) -> None:
        for alert, _, _ in self.raised:
            for row in self._roll(alert):
                if row.unaccounted < row.headcount:
                    said = self.words[alert, row.household]
                    assert said & {str(one) for one in FOUND}, f"{row.household} never said a word"

    def _help_is_closed_by_an_officer_only(self) -> None:
        for row in self.world.rows(select(help_cases).where(help_cases.c.state == "resolved")):
            assert row.resolved_by in {"grid", "next-grid", "commander"}

    def _an_exercise_says_so_and_a_live_alert_does_not(self) -> None:
        status = {alert: status for alert, status, _ in self.raised}
        for handed in self.world.handed:
            marked = "演练：" in handed.claimed.body or "DRILL. " in handed.claimed.body
            assert marked is (status[handed.claimed.alert] is Status.EXERCISE)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self._let_everything_end()
            self._check_the_cancelled()
            self._check_the_order_is_irrelevant()
            audit = self.world.database.look(verify)
            assert audit.differences == ()
            self.world.close()
        self._folder.cleanup()

    def _let_everything_end(self) -> None:
        """Send all queued deliveries, and look up the doubtful ones."""
        self.world.open_claims.clear()
        for _ in range(8):
            self.world.look_up(Channel.SMS)
            self.world.look_up(Channel.VOICE)
            self.world.wait(70)
            for channel in (Channel.SMS, Channel.VOICE):
                self.world.claim(channel, 500)
            while self.world.open_claims:
                self.world.answer(0, ANSWERS["taken"][0], taken=True)

    def _check_the_cancelled(self) -> None:
        """Check that exactly the possible recipients of a call to leave get the cancellation."""
        owed = {
            row.id: row
            for row in self.world.rows(
                select(deliveries, texts.c.kind).join(texts, texts.c.id == deliveries.c.text)
            )
        }
        tried = {row.delivery for row in self.world.rows(select(attempts.c.delivery))}
        for alert in self.world.rows(select(alerts.c.id).where(alerts.c.state == "cancelled")):
            called: dict[tuple[str, str], int] = {}
            ended: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
            for handed in self.world.handed:
                row = owed[handed.claimed.delivery]
                if row.state == DeliveryState.FAILED:
                    continue  # The provider accepted it, but reported later that it was not sent.
                if row.alert == alert.id and row.kind in CALLING_OUT:
                    called[row.recipient, row.number] = handed.place
                elif row.alert == alert.id and row.kind == "cancellation":
                    ended[row.recipient, row.number].append(handed.place)
            refused = {
                (row.recipient, row.number)
                for row in owed.values()
                if row.kind == "cancellation" and row.state == DeliveryState.REFUSED
            }
            for whom, place in called.items():
                # A cancellation cannot reach a number that the provider refuses.
                told_at = max(ended[whom], default=-1)
                assert told_at > place or whom in refused, f"{whom} got no cancellation afterwards"
            may_know = {
                (row.recipient, row.number)
                for row in owed.values()
                if row.id in tried and row.kind in CALLING_OUT
            }
            told = [
                (row.recipient, row.number)
                for row in owed.values()
                if row.alert == alert.id
                and row.kind == "cancellation"
                and row.number
                # A cancellation that answers a reply to a cancelled alert does not count.
                and row.priority != Priority.ANSWER
            ]
            assert set(told) <= may_know, "a cancellation went to somebody who got no text before"
            assert len(told) == len(set(told)), "somebody got the cancellation twice"

    def _check_the_order_is_irrelevant(self) -> None:
        """Check that the same evidence in another order gives the same standings."""
        shuffled = random.Random(0)
        for alert, status, _ in self.raised:
            said = self.world.rows(select(evidence).where(evidence.c.alert == alert))
            shuffled.shuffle(said)
            other = self._world(f"other-{alert}")
            other.run(
                raise_alert(
                    other.runtime,
                    other.somebody("commander"),
                    request(status, TOWN),
                    None,
                    again=True,
                )
            )
            for row in said:
                item = NewEvidence(
                    alert=1,
                    **{
                        name: getattr(row, name)
                        for name in ("household", "given_at", "recorded_at", "given_by", "people")
                    },
                    rung=row.rung,
                    report=Report(row.report),
                    channel=row.channel,
                    source=row.source,
                    since=row.since,
                )
                other.record(item)
            stands = {r.household: _standing(r) for r in other.rows(select(roll))}
            for row in self._roll(alert):
                assert stands[row.household] == _standing(row)
            other.close()

    # Helpers.

    def _world(self, name: str) -> World:
        return World(Path(self._folder.name) / f"{name}.db", self.template, HOUSEHOLDS)

    def _do(
        self, request: Callable[[], Coroutine[Any, Any, object]], *, may_repeat: bool = True
    ) -> bool:
        """Make a request; return whether it was accepted."""
        try:
            self.world.run(request())
        except AlertingError:
            return False
        if may_repeat:
            self.done.append(request)
        return True

    def _find(
        self, alert: int, household: str, found: Report, people: int | None, ago: int, who: str
    ) -> None:
        self.words[alert, household].add(str(found))
        caller, key = self.world.somebody(who), f"finding-{next(_names)}"
        finding = Finding(household, found, people, self.world.ago(ago), "", key)
        self._do(lambda: report(self.world.runtime, caller, alert, finding))

    def _as_commander(
        self, what: Callable[..., Coroutine[Any, Any, object]], *arguments: object
    ) -> Callable[[], Coroutine[Any, Any, object]]:
        commander = self.world.somebody("commander")
        return lambda: what(self.world.runtime, commander, *arguments)

    def _text(self, sender: str, body: str) -> None:
        text = IncomingText(f"SM{next(_names):032x}", sender, body, self.world.now())
        self._do(lambda: take_text(self.world.runtime, text))

    def _note(self, household: str, word: str) -> None:
        """Record in `words` what was said about a household, for each alert."""
        for alert, _, _ in self.raised:
            self.words[alert, household].add(word)

    @contextlib.contextmanager
    def _leaving_others(self, place: int) -> Iterator[int]:
        """Yield one alert, and check that the action on it changes no other alert."""
        alert = self.raised[place % len(self.raised)][0]
        others = [other for other, _, _ in self.raised if other != alert]
        before = [self._state_of(other) for other in others]
        yield alert
        assert [self._state_of(other) for other in others] == before

    def _state(self) -> list[Any]:
        return [self._state_of(alert) for alert, _, _ in self.raised]

    def _state_of(self, alert: int) -> list[Any]:
        owed = select(deliveries.c.id, deliveries.c.state, deliveries.c.text)
        return [
            self.world.rows(select(table).where(table.c.alert == alert))
            for table in (roll, tallies, tasks, help_cases, evidence)
        ] + [
            self.world.rows(owed.where(deliveries.c.alert == alert)),
            self.world.rows(select(alerts.c.state).where(alerts.c.id == alert)),
        ]

    def _roll(self, alert: int) -> list[Any]:
        return self.world.rows(select(roll).where(roll.c.alert == alert))

    def _unsettled(self, alert: int) -> list[str]:
        return [row.household for row in self._roll(alert) if _is_unsettled(row)]

    def _neglected(self, alert: int) -> list[str]:
        """Return the unsettled households that have no scheduled step and no open door task."""
        (state,) = self.world.rows(select(alerts.c.state).where(alerts.c.id == alert))
        if state.state in {"cancelled", "all_clear"}:
            return []
        assert not self.world.rows(
            select(events).where(events.c.alert == alert, events.c.kind == "watchdog.forgotten")
        ), "the watchdog found a forgotten household"
        going = {
            row.household
            for row in self.world.rows(
                select(tasks.c.household).where(
                    tasks.c.alert == alert, tasks.c.state.in_(sorted(PENDING))
                )
            )
        }
        return [
            row.household
            for row in self._roll(alert)
            if _is_unsettled(row) and row.next_at is None and row.household not in going
        ]


def _is_unsettled(row: Any) -> bool:
    unspoken = row.standing == "staying" and row.settled_by is None
    return bool(row.unaccounted or row.needs_help or unspoken)


def _standing(row: Any) -> tuple[Any, ...]:
    return (
        row.standing,
        row.unaccounted,
        row.needs_help,
        row.staying,
        row.elsewhere,
        row.evacuated,
        row.verified,
    )


@pytest.mark.parametrize(
    ("day", "examples"),
    [(0, SHORT), *(pytest.param(day, EXAMPLES, marks=pytest.mark.long) for day in range(DAYS))],
)
def test_no_household_is_forgotten_in_random_event_orders(
    day: int, examples: int, sqlite_template: Path, record_property: Callable[[str, object], None]
) -> None:
    chosen = FIRST_SEED + day
    record_property("seed", f"{chosen}, {examples} runs of up to {STEPS} steps")
    Evacuation.template = sqlite_template
    run_state_machine_as_test(
        seed(chosen)(Evacuation),
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            # A run takes seconds, so a failure is not shrunk. Its seed reproduces it.
            phases=[Phase.generate],
        ),
    )
