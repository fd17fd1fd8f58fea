"""The words of each language, a folder of TOML files each; all are read at import.

To add a language, add a folder: its name is the language's code, as in the roster. No code changes.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from pydantic import BaseModel, ConfigDict

from alerting.cap.alert import Category


class ReplyWords(BaseModel):
    """Regular expressions by their meaning in a reply; see `alerting.replies.rules.grammar`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recognised_by: tuple[str, ...] = ()
    """Frequent words of this language that are no words of another.

    A text with such words of other languages, and none of this one, is read without this
    language's words. A language without any reads every text.
    """
    romanised: tuple[tuple[str, str], ...] = ()
    """Words typed in Latin letters, without spaces, and as they are written otherwise (pinyin)."""
    fold: tuple[tuple[str, str], ...] = ()
    """Spellings to replace before reading, in order."""
    opt_out: tuple[str, ...] = ()
    """Opts out if it is the whole text; plain words, not a pattern."""
    opt_in: tuple[str, ...] = ()
    """Asks for texts again, by the carriers' words, if it is the whole text."""
    stop_texts: tuple[str, ...] = ()
    """Asks in a sentence that no more texts be sent."""
    automatic: tuple[str, ...] = ()
    """An automatic answer by a phone or a machine."""
    quoted: tuple[str, ...] = ()
    """Quotes somebody else's words, such as a phone's reaction or a forwarded text."""
    correction: tuple[str, ...] = ()
    """The words allowed around a key that corrects an earlier one: 'sorry, 2 not 1'."""
    corrects: tuple[str, ...] = ()
    """Marks a correction: 'sorry', 'meant'."""
    not_key: tuple[str, ...] = ()
    """Takes back the key after it: '2 not 1'."""
    denies: tuple[str, ...] = ()
    """Denies a key that stands anywhere in a correction: 'no'."""
    withdrawn: tuple[str, ...] = ()
    """Withdraws an earlier answer without giving a new one."""
    animal: tuple[str, ...] = ()
    thing: tuple[str, ...] = ()
    structure: tuple[str, ...] = ()
    """Things that break in a disaster: hills, houses, roads."""
    damage: tuple[str, ...] = ()
    """Says that a structure fails."""
    ill: tuple[str, ...] = ()
    """A sickness, an injury, or a need of the sick."""
    reply_prefix: tuple[str, ...] = ()
    """A prefix of a key: 'reply 1'."""
    particle: tuple[str, ...] = ()
    """Adds nothing to the key before it: '1了'."""
    house_prefix: tuple[str, ...] = ()
    """Marks the number after it as a household's, in an officer's report: 'house 12'."""
    house_suffix: tuple[str, ...] = ()
    """Marks the number before it as a household's: '12号'."""
    door_code: tuple[str, ...] = ()
    """Marks the number after it as the code of a text about doors: 'code 4821'."""
    conjunction: tuple[str, ...] = ()
    """Joins keys: '1 and 2'."""
    harmless: tuple[str, ...] = ()
    """Sounds like danger or negation but is neither: 'nobody hurt', 'don't worry'."""
    help: tuple[str, ...] = ()
    """Calls for help, whatever else is said: 'trapped'."""
    inside: tuple[str, ...] = ()
    """Says that people are still inside: a call for help, unless they will not leave."""
    delay: tuple[str, ...] = ()
    """An obstacle or a wait: a call for help, unless the people are under way."""
    rather: tuple[str, ...] = ()
    """Refuses in words that would otherwise be a call for help: 'I would rather drown'."""
    staying: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    """Tells of what was and is no more: 'at first', 'was'."""
    question: tuple[str, ...] = ()
    negation: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    """A hedge, a condition, a part of the people, or a place that is not outdoors."""
    hedge: tuple[str, ...] = ()
    """A doubt about the whole report, in whichever part it stands: 'I think', 'apparently'."""
    vacant: tuple[str, ...] = ()
    """Says that nobody is left in the house: it denies nothing."""
    at_rest: tuple[str, ...] = ()
    """Says that somebody who is in a safe place sleeps, or is with the writer."""
    rest: tuple[str, ...] = ()
    """The others of the household, without a name: 'the rest'."""
    joint: tuple[str, ...] = ()
    """The space before a clause that begins without a comma: the one in 'and we'."""
    outing: tuple[str, ...] = ()
    """Out, but not evacuated: for another reason than the alert, or only in the own yard."""
    neighbour: tuple[str, ...] = ()
    """Somebody of another household."""
    with_us: tuple[str, ...] = ()
    """Strangers who are with the household, or are it: 'the guests and us', 'we two tourists'."""
    hearsay: tuple[str, ...] = ()
    """Says that somebody else told it: 'they say'."""
    other_family: tuple[str, ...] = ()
    """Another family, by the name of a person or house: 'the Zhang family', 'house number 12'."""
    witness: tuple[str, ...] = ()
    """Says that the writer saw the people, who are others then: 'I saw them'."""
    host: tuple[str, ...] = ()
    """The relatives at whose place people are, who are not counted: 'staying with my son'."""
    ours: tuple[str, ...] = ()
    """The writer's own household: 'we', 'my family'."""
    under_way: tuple[str, ...] = ()
    whereabouts: tuple[str, ...] = ()
    """Says that people are at a place of any name: 'all of us are at Darryl's'."""
    located: tuple[str, ...] = ()
    """A whole part that tells a place of any name, beside a part that tells who: 'at Darryl's'."""
    elsewhere: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    """The alert's own words for 'evacuated', as a whole text: never doubted."""
    courtesy: tuple[str, ...] = ()
    """Thanks, or says that the text arrived. Emoji are read as 'sos', 'ok', 'thanks', 'leaving'."""
    abbreviation: tuple[str, ...] = ()
    """Letters without a vowel that are no typing error: 'km', 'pls'."""
    turn: tuple[str, ...] = ()
    """Turns from what was to what is: 'now', 'in the end'."""
    everyone: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    """Refers to all of those just named: 'both', '都'."""
    complete: tuple[str, ...] = ()
    """Says that nobody is missing: '齐'."""
    in_all: tuple[str, ...] = ()
    """Says that a second, lower number is a part of the first: 'then'."""
    somebody: tuple[str, ...] = ()
    """Any person: 'he', 'someone'."""
    people: tuple[str, ...] = ()
    """The people of the household, without a number: '人'."""
    myself: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    """One member of the household."""
    possessive: tuple[str, ...] = ()
    """Stands between 'I' and a relative where 'my' has no word of its own: '我的妈妈'."""
    kin_pair: tuple[str, ...] = ()
    """Two members of the household, or at least two."""
    unit: tuple[str, ...] = ()
    """A unit that follows a number of people."""
    category: tuple[str, ...] = ()
    """Follows a number that is a part of the people counted: adults, children."""
    number_follower: tuple[str, ...] = ()
    """Marks a leading digit as a number of people instead of a key: '4 out'."""
    not_people: tuple[str, ...] = ()
    """Contains a number that counts no people: times, floors, house numbers."""
    aside: tuple[str, ...] = ()
    """Adds nothing in a text that says who is out."""
    place: tuple[str, ...] = ()
    """A place where people are safe."""
    everyday: tuple[str, ...] = ()
    """At a place where people are on any day; as a whole text it does not tell that they left."""
    building: tuple[str, ...] = ()
    """Roads and houses: they may break."""
    city: tuple[str, ...] = ()
    official: tuple[str, ...] = ()
    """Officials who may bring people out but do not live with them."""
    surname: tuple[str, ...] = ()


class PlaceWords(BaseModel):
    """Templates of the names of places."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    own_village: str
    """A village to those who live there; `{village}` and `{town}`."""
    own_grid: str
    """A grid to those who live there; `{grid}` and `{village}`."""
    division: str
    """A division to anybody; `{name}`, and the division `{above}` it."""
    several: str
    """An area; the `{first}` division, the `{count}` of all, the number of `{others}`."""
    comma: str
    """Stands between names in a list."""
    as_drawn: str
    """A drawn area, by the `{places}` that it touches."""
    with_holes: str
    """A drawn area of which the holes cannot be told, by the `{places}` that it touches."""
    divisions: Mapping[str, str] = {}
    """By the Chinese ending of a division's name: the words for it around the `{name}`."""
    landmarks: Mapping[str, str] = {}
    """The same for buildings and squares, such as assembly points."""
    alone: Mapping[str, str] = {}
    """By a Chinese common noun without a name before it: its words."""
    before: Mapping[str, str] = {}
    """By a Chinese word that stands before a landmark: the words for it around the `{name}`."""
    connecting: str = ""
    """The word before a `{name}`, which is left out with it."""
    contractions: Mapping[str, str] = {}
    """By two words in a row: the one word written for them."""


class Hazard(BaseModel):
    """The words for one hazard."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    words: tuple[str, ...] = ()
    """Other names of the same hazard."""
    action: str
    """The action that leads a text."""
    instruction: str
    """The instruction where an alert has no words of its own for it."""


class Language(BaseModel):
    """The files of one language, read as one document."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    locale: str
    """The locale of the voice that reads it aloud, such as zh-CN."""
    script: str
    """The script that it is written in, by ISO 15924, such as Latn."""
    places: PlaceWords
    reply: ReplyWords
    numbers: Mapping[str, int]
    hazards: Mapping[str, Hazard]
    """The phrase library: the words for each hazard of `HAZARDS`."""
    prefixes: Mapping[str, str]
    """The prefix of a text by CAP status, for statuses other than Actual."""
    texts: Mapping[str, str]
    """Templates by `alerting.messages.text.TextKind`."""
    speech: Mapping[str, str]
    """Templates of spoken words by `alerting.messages.speech.SpeechKind`."""
    page: Mapping[str, str]
    """The texts of a household's page by `alerting.household_page.rules.PageText`."""
    sign_in: Mapping[str, str]
    """The texts of a sign-in link's page, where `{name}` is the officer's name, and of no page."""
    report: Mapping[str, str]
    """The texts of an alert's report and of its bulletin: see `alerting.report.words`."""
    paper: Mapping[str, str]
    """The words of cards and rolls: see `alerting.paper`."""
    events: Mapping[str, str]
    """The words for an entry of the log, by its kind."""


def load(folder: Traversable) -> dict[str, Language]:
    """Return the languages of a folder by code, sorted by code.

    Raises:
        ValidationError: if a language lacks a field, or has an unknown one.
    """
    found = (each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("_"))
    return {entry.name: _language(entry) for entry in sorted(found, key=lambda entry: entry.name)}


def _language(folder: Traversable) -> Language:
    fields: dict[str, object] = {}
    for entry in folder.iterdir():
        if entry.name.endswith(".toml"):
            fields |= tomllib.loads(entry.read_text(encoding="utf-8"))
    return Language.model_validate(fields)


LANGUAGES: Final[Mapping[str, Language]] = load(files(__name__))

HAZARDS: Final[Mapping[str, Category]] = {
    hazard: Category(category)
    for hazard, category in tomllib.loads(
        files(__name__).joinpath("hazards.toml").read_text(encoding="utf-8")
    ).items()
}
"""CAP's category of each hazard of the phrase library, in the order in which pages list them."""
