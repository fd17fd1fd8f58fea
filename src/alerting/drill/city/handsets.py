"""The phones of the simulated city, and how their holders answer.

The first text that reaches a household starts its planned replies. Later texts change nothing, with
three exceptions. A cancellation stops the pending replies. Each roll-call is answered. Each
question about neighbours in the household's care is answered. An officer answers a text that asks
for confirmation.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from alerting.drill.city.languages import signs_of
from alerting.drill.city.people import (
    Behaviour,
    OfficerBehaviour,
    PickUp,
    ReplyPlan,
    behaviour,
    neighbour_delay,
    officer_behaviour,
)
from alerting.drill.timers import Timer
from contacts.division import VILLAGE_DIGITS
from contacts.people import parse_phone

Later = Callable[[float, Callable[[], None]], Timer]

SendText = Callable[[str, str, str], object]

_CANCEL_WORDS: Final = signs_of("cancelled")

_ROLL_CALL_WORDS: Final = signs_of("roll_call")

_NEIGHBOUR_WORDS: Final = signs_of("in_care")

_CALL_WORDS: Final = signs_of("officer_call")

_ALL_CLEAR_WORDS: Final = signs_of("all_clear")

_LISTED: Final = re.compile(r"(?<=[: ])(\d{3,19})(?=[^\W\d])")
"""Matches a household's number before a name, in a question about neighbours."""


@dataclass(frozen=True)
class RosterEntry:
    """A household (kind 'household') or an officer (any other kind), with its phones."""

    code: str
    headcount: int
    phones: tuple[str, ...]
    vulnerable: bool
    kind: str
    dead: tuple[str, ...] = ()
    """Phones out of service, which no text and no call reaches."""
    language: str = ""
    """Code of the language in which the household answers; empty if it answers by digits."""

    @property
    def has_phone(self) -> bool:
        """True if at least one of its phones is in service."""
        return not set(self.phones) <= set(self.dead)


def behaviour_of(seed: int, home: RosterEntry) -> Behaviour:
    """Return the behaviour of a household in the roster."""
    arguments = (home.code, home.headcount, home.has_phone, home.vulnerable, home.language)
    return behaviour(seed, *arguments)


def parse_roster(entries: Iterable[Mapping[str, Any]]) -> list[RosterEntry]:
    """Return roster entries from JSON objects that have the fields of `RosterEntry`.

    Raises:
        KeyError: if an object has no code.
        ValueError: if a phone number is invalid.
    """
    return [
        RosterEntry(
            str(entry["code"]),
            int(entry.get("headcount", 1)),
            tuple(parse_phone(phone) for phone in entry.get("phones", ())),
            bool(entry.get("vulnerable", False)),
            str(entry.get("kind", "household")),
            tuple(parse_phone(phone) for phone in entry.get("dead", ())),
            str(entry.get("language", "")),
        )
        for entry in entries
    ]


@dataclass(slots=True, eq=False)
class _Holder:
    code: str
    plan: Behaviour | OfficerBehaviour
    started: bool = False
    answered: bool = False
    pending: list[Timer] = field(default_factory=list)
    roll_calls: list[str] = field(default_factory=list)
    """Texts of the roll-calls received so far, because a roll-call may arrive twice."""

    def stop(self) -> None:
        for timer in self.pending:
            timer.cancel()
        self.pending.clear()


class Handsets:
    """All phones of the city; a number in several entries belongs to the first of them.

    `later` runs an action after a number of story seconds. `send` sends a text; its arguments are
    the phone, the service's number and the text.
    """

    def __init__(self, seed: int, later: Later, send: SendText) -> None:
        self._seed = seed
        self._later = later
        self._send = send
        self._by_code: dict[str, _Holder] = {}
        self._by_phone: dict[str, _Holder] = {}
        self._dead: set[str] = set()

    def load(self, roster: Iterable[RosterEntry]) -> None:
        """Add people, and leave entries that are already known unchanged."""
        for entry in roster:
            if entry.code in self._by_code:
                continue
            holder = self._by_code[entry.code] = _Holder(entry.code, self._plan(entry))
            for phone in entry.phones:
                self._by_phone.setdefault(phone, holder)
            self._dead.update(entry.dead)

    def is_dead(self, phone: str) -> bool:
        """Return whether a phone is out of service."""
        return phone in self._dead

    def _plan(self, entry: RosterEntry) -> Behaviour | OfficerBehaviour:
        if entry.kind != "household":
            return officer_behaviour(self._seed, entry.code)
        return behaviour_of(self._seed, entry)

    def receive(self, phone: str, sender: str, body: str) -> None:
        """Handle a text to the phone from the service's number `sender`."""
        holder = self._by_phone.get(phone)
        if holder is None:
            return
        if is_cancellation(body):
            holder.stop()
            holder.started = holder.answered = False
        elif isinstance(holder.plan, Behaviour) and is_roll_call(body):
            self._ask_again(holder, holder.plan, phone, sender, body)
        elif isinstance(holder.plan, Behaviour) and _says(body, _NEIGHBOUR_WORDS):
            self._ask_of_others(holder, phone, sender, body)
        elif _is_asked(holder.plan, body) and not (holder.started or holder.answered):
            holder.started = True
            for reply in holder.plan.replies:
                action = partial(self._reply, holder, phone, sender, reply)
                holder.pending.append(self._later(reply.delay_seconds, action))

    def _ask_again(
        self, holder: _Holder, plan: Behaviour, phone: str, sender: str, body: str
    ) -> None:
        """Answer a roll-call, unless the household misses its first roll-call."""
        if body in holder.roll_calls:
            return
        holder.roll_calls.append(body)
        if plan.misses_roll_call and len(holder.roll_calls) == 1:
            return
        reply = plan.roll_call
        self._later(reply.delay_seconds, partial(self._reply, holder, phone, sender, reply))

    def _ask_of_others(self, holder: _Holder, phone: str, sender: str, body: str) -> None:
        """Answer for those neighbours in the question whose whereabouts the household knows."""
        village = holder.code[:VILLAGE_DIGITS]
        plain = unicodedata.normalize("NFKC", body)
        asked = {number: f"{village}{number:0>4}" for number in _LISTED.findall(plain)}
        known = {
            number: plan.seen_by_neighbour
            for number, code in asked.items()
            if (other := self._by_code.get(code)) and isinstance(plan := other.plan, Behaviour)
        }
        told = [f"{number} {key}" for number, key in known.items() if key]
        if told:
            delay = neighbour_delay(self._seed, holder.code)
            self._later(delay, partial(self._tell, phone, sender, ", ".join(told)))

    def _tell(self, phone: str, sender: str, body: str) -> None:
        """Send a text that is not the household's answer about itself."""
        self._send(phone, sender, body)

    def _reply(self, holder: _Holder, phone: str, sender: str, reply: ReplyPlan) -> None:
        holder.answered = True
        self._send(phone, sender, reply.body)

    def pick_up(self, phone: str) -> PickUp:
        """Return what happens when the phone is called; an unknown phone rings unanswered."""
        if self.is_dead(phone):
            return "dead"
        holder = self._by_phone.get(phone)
        return "rings" if holder is None else holder.plan.call.pick_up

    def press_key(self, phone: str) -> str | None:
        """Return the key that the holder presses; None if they press none or answered before."""
        holder = self._by_phone.get(phone)
        if holder is None or holder.answered or holder.plan.call.key is None:
            return None
        holder.answered = True
        holder.stop()
        return holder.plan.call.key

    def visit(self, codes: Iterable[str]) -> None:
        """Stop the pending texts of households that an officer visits."""
        for code in codes:
            if code in self._by_code:
                self._by_code[code].answered = True
                self._by_code[code].stop()


def is_cancellation(body: str) -> bool:
    """Return whether a text cancels an alert."""
    return _says(body, _CANCEL_WORDS)


def is_roll_call(body: str) -> bool:
    """Return whether a text is a roll-call."""
    return _says(body, _ROLL_CALL_WORDS)


def _is_asked(plan: Behaviour | OfficerBehaviour, body: str) -> bool:
    """Return whether a text starts the planned answer. Officers answer only officer calls."""
    if isinstance(plan, Behaviour):
        return not _says(body, _ALL_CLEAR_WORDS)
    return _says(body, _CALL_WORDS)


def _says(body: str, words: Iterable[str]) -> bool:
    plain = unicodedata.normalize("NFKC", body).casefold()
    return any(word in plain for word in words)
