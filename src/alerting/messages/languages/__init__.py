"""What people write and are written to, one TOML file a language; all are read at import.

A further language is a further file beside these: its stem is the language's code, as in the
roster. No code changes.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from pydantic import BaseModel, ConfigDict


class ReplyWords(BaseModel):
    """Regular expressions by what they tell about a reply; see `alerting.replies.rules.grammar`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fold: tuple[tuple[str, str], ...] = ()
    """Spellings that are replaced before anything is read, in order."""
    opt_out: tuple[str, ...] = ()
    """Opts out when it is the whole text; plain words."""
    stop_texts: tuple[str, ...] = ()
    """Asks in prose that no more texts be sent."""
    automatic: tuple[str, ...] = ()
    """A phone or a machine answered."""
    quoted: tuple[str, ...] = ()
    """Somebody else's words, such as a phone's reaction or a text passed on."""
    correction: tuple[str, ...] = ()
    """All that may stand around a key that corrects an earlier one: 'sorry, 2 not 1'."""
    withdrawn: tuple[str, ...] = ()
    """Takes an earlier answer back and gives none."""
    animal: tuple[str, ...] = ()
    thing: tuple[str, ...] = ()
    structure: tuple[str, ...] = ()
    """Breaks in a disaster: hills, houses, roads."""
    damage: tuple[str, ...] = ()
    """Said of a structure that fails."""
    ill: tuple[str, ...] = ()
    """A sickness, an injury, or what the sick need."""
    reply_prefix: tuple[str, ...] = ()
    """May stand before a key: 'reply 1'."""
    conjunction: tuple[str, ...] = ()
    """Joins keys: '1 and 2'."""
    harmless: tuple[str, ...] = ()
    """Sounds of danger or of a negation, and is neither: 'nobody hurt', 'don't worry'."""
    help: tuple[str, ...] = ()
    staying: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    negation: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    """A hedge, a condition, a part of the people, or a place that is not outside."""
    neighbour: tuple[str, ...] = ()
    """Somebody of another household, or hearsay."""
    under_way: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    """A whole text in the alert's own words for those who are out: never doubted."""
    courtesy: tuple[str, ...] = ()
    everyone: tuple[str, ...] = ()
    myself: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    """One member of the household."""
    kin_pair: tuple[str, ...] = ()
    """Two members of the household, or at least two."""
    unit: tuple[str, ...] = ()
    """Follows a number of people."""
    category: tuple[str, ...] = ()
    """Follows a number of people who are some of those counted: adults, children."""
    number_follower: tuple[str, ...] = ()
    """Makes a leading digit a number of people and no key: '4 out'."""
    not_people: tuple[str, ...] = ()
    """Holds a number that counts no people: times, floors, house numbers."""
    aside: tuple[str, ...] = ()
    """Changes nothing in a text that says who is out."""
    place: tuple[str, ...] = ()
    """Where people are safe."""
    building: tuple[str, ...] = ()
    """May break: roads and houses."""
    city: tuple[str, ...] = ()
    official: tuple[str, ...] = ()
    """Who may bring people out and does not live with them."""
    surname: tuple[str, ...] = ()


class Language(BaseModel):
    """One language's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    locale: str
    """Which voice reads it aloud, such as zh-CN."""
    reply: ReplyWords
    numbers: Mapping[str, int]
    hazards: tuple[str, ...]
    """First words by which an informant raises an alert."""
    prefixes: Mapping[str, str]
    """What a text starts with, by CAP's status, where that is not Actual."""
    texts: Mapping[str, str]
    """Templates by `alerting.messages.text.TextKind`."""
    speech: Mapping[str, str]
    """Templates of what is said on the phone, by `alerting.messages.speech.SpeechKind`."""
    page: Mapping[str, str]
    """What a household's page says, by `alerting.household_page.rules.PageText`."""
    sign_in: Mapping[str, str]
    """What the page of a sign-in link says; `{name}` is the officer's."""


def load(folder: Traversable) -> dict[str, Language]:
    """Return the languages of a folder by code, in the order of the codes.

    Raises:
        ValidationError: if a file lacks something, or holds what no language has.
    """
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {
        entry.name.removesuffix(".toml"): Language.model_validate(
            tomllib.loads(entry.read_text(encoding="utf-8"))
        )
        for entry in sorted(found, key=lambda entry: entry.name)
    }


LANGUAGES: Final[Mapping[str, Language]] = load(files(__name__))
