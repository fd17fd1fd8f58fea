"""The words of all languages, read at import from one folder of TOML files per language.

To add a language, add a folder named by the language's code in the roster. No code changes.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from pydantic import BaseModel, ConfigDict

from alerting.cap.alert import Category


class ReplyWords(BaseModel):
    """Regular expressions for replies, grouped by meaning; see `alerting.replies.rules.grammar`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recognised_by: tuple[str, ...] = ()
    """Frequent words that exist in this language only.

    A text with such words of other languages, but none of this language, is read without this
    language's expressions. If the list is empty, they apply to every text.
    """
    romanised: tuple[tuple[str, str], ...] = ()
    """Pairs: a word typed in Latin letters without spaces (pinyin), and its usual spelling."""
    fold: tuple[tuple[str, str], ...] = ()
    """Pairs of a spelling and its replacement, applied in order before a text is read."""
    opt_out: tuple[str, ...] = ()
    """Opts out of texts if it is the whole text; plain words, not patterns."""
    opt_in: tuple[str, ...] = ()
    """Opts in again, with the carriers' keywords, if it is the whole text."""
    stop_texts: tuple[str, ...] = ()
    """Asks, within a sentence, to stop the texts."""
    automatic: tuple[str, ...] = ()
    """Marks an automatic answer from a phone or a machine."""
    quoted: tuple[str, ...] = ()
    """Marks a quotation, such as a reaction ('Liked ...') or a forwarded text."""
    correction: tuple[str, ...] = ()
    """A word that may stand around a key correcting an earlier key: 'sorry, 2 not 1'."""
    corrects: tuple[str, ...] = ()
    """Marks a correction: 'sorry', 'meant'."""
    not_key: tuple[str, ...] = ()
    """Revokes the key after it: '2 not 1'."""
    denies: tuple[str, ...] = ()
    """Denies a key, wherever it stands in a correction: 'no'."""
    withdrawn: tuple[str, ...] = ()
    """Withdraws an earlier answer without giving a new one."""
    animal: tuple[str, ...] = ()
    thing: tuple[str, ...] = ()
    structure: tuple[str, ...] = ()
    """Things that break in a disaster: hills, houses, roads."""
    damage: tuple[str, ...] = ()
    """Says that a structure fails."""
    ill: tuple[str, ...] = ()
    """An illness, an injury, or something that a sick person needs."""
    reply_prefix: tuple[str, ...] = ()
    """May stand before a key: 'reply 1'."""
    particle: tuple[str, ...] = ()
    """May follow a key without changing its meaning: '1了'."""
    house_prefix: tuple[str, ...] = ()
    """In an officer's report, marks the number after it as a household's: 'house 12'."""
    house_suffix: tuple[str, ...] = ()
    """In an officer's report, marks the number before it as a household's: '12号'."""
    door_code: tuple[str, ...] = ()
    """Marks the number after it as the reply code of a list of door tasks: 'code 4821'."""
    conjunction: tuple[str, ...] = ()
    """Joins keys: '1 and 2'."""
    harmless: tuple[str, ...] = ()
    """Sounds like danger or a negation and is neither: 'nobody hurt', 'don't worry'."""
    help: tuple[str, ...] = ()
    """Calls for help, whatever else the text says: 'trapped'."""
    inside: tuple[str, ...] = ()
    """Says that people are still inside: a call for help, unless they will not leave."""
    delay: tuple[str, ...] = ()
    """Tells of an obstacle or a wait: a call for help, unless the people are under way."""
    rather: tuple[str, ...] = ()
    """Refuses to leave in words that otherwise call for help: 'I would rather drown'."""
    staying: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    """Tells of something that is over: 'at first', 'was'."""
    question: tuple[str, ...] = ()
    negation: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    """Makes a report doubtful: a hedge, a condition, only some of the people, a place indoors."""
    hedge: tuple[str, ...] = ()
    """Makes the whole report doubtful, wherever it stands: 'I think', 'apparently'."""
    vacant: tuple[str, ...] = ()
    """Says that nobody is in the house, which is not a negation: 'nobody lives there'."""
    at_rest: tuple[str, ...] = ()
    """Says that somebody is asleep in a safe place, or is with the writer."""
    rest: tuple[str, ...] = ()
    """The other people of the household, unnamed: 'the rest'."""
    joint: tuple[str, ...] = ()
    """Matches the space before a clause that follows without a comma: the space in 'and we'."""
    outing: tuple[str, ...] = ()
    """Out, but not evacuated: away for another reason, or only in their own yard."""
    neighbour: tuple[str, ...] = ()
    """Somebody of another household."""
    with_us: tuple[str, ...] = ()
    """Strangers with or instead of the household: 'the guests and us', 'we two tourists'."""
    hearsay: tuple[str, ...] = ()
    """Says that the writer heard the news from somebody else: 'they say'."""
    other_family: tuple[str, ...] = ()
    """Another family, by the name of a person or a house: 'the Zhang family', 'house number 12'."""
    witness: tuple[str, ...] = ()
    """Says that the writer saw the people, so the text is about others: 'I saw them'."""
    host: tuple[str, ...] = ()
    """Relatives who only put the people up and are not counted: 'staying with my son'."""
    ours: tuple[str, ...] = ()
    """The writer's own household: 'we', 'my family'."""
    under_way: tuple[str, ...] = ()
    whereabouts: tuple[str, ...] = ()
    """Says who is at a place, whatever its name: 'all of us are at Darryl's'."""
    located: tuple[str, ...] = ()
    """A clause that only names a place, next to a clause about people: 'at Darryl's'."""
    elsewhere: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    """The alert's own words for 'evacuated', as the whole text; always believed."""
    courtesy: tuple[str, ...] = ()
    """Thanks, or says that the text arrived; emoji count as 'sos', 'ok', 'thanks' or 'leaving'."""
    abbreviation: tuple[str, ...] = ()
    """Letters without a vowel that are not random typing: 'km', 'pls'."""
    turn: tuple[str, ...] = ()
    """Turns from the past to the present: 'now', 'in the end'."""
    everyone: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    """Refers to all the people just named: 'both', '都'."""
    complete: tuple[str, ...] = ()
    """Says that nobody is missing: '齐'."""
    in_all: tuple[str, ...] = ()
    """Says that a lower second number is a part of the first, so nobody is missing: 'all'."""
    somebody: tuple[str, ...] = ()
    """Any person: 'he', 'someone'."""
    people: tuple[str, ...] = ()
    """The people of the household, without their number: '人'."""
    myself: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    """One member of the household."""
    possessive: tuple[str, ...] = ()
    """Stands between 'I' and a relative in a language without a word for 'my': '我的妈妈'."""
    kin_pair: tuple[str, ...] = ()
    """At least two members of the household."""
    unit: tuple[str, ...] = ()
    """A unit that follows a number of people."""
    category: tuple[str, ...] = ()
    """Follows a number that counts one group of the people: adults, children."""
    number_follower: tuple[str, ...] = ()
    """Marks a digit at the beginning as a number of people, not a key: '4 out'."""
    not_people: tuple[str, ...] = ()
    """Contains a number that counts something other than people: times, floors, house numbers."""
    aside: tuple[str, ...] = ()
    """Irrelevant words in a text that says who is out."""
    place: tuple[str, ...] = ()
    """A safe place."""
    everyday: tuple[str, ...] = ()
    """At a place of everyday life; as the whole text it does not say that they evacuated."""
    building: tuple[str, ...] = ()
    """Roads and houses, which may break."""
    city: tuple[str, ...] = ()
    official: tuple[str, ...] = ()
    """Officials, who may bring people out but do not live with them."""
    surname: tuple[str, ...] = ()


class PlaceWords(BaseModel):
    """Templates and words for the names of places."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    own_village: str
    """A village as its own people read it; has `{village}` and `{town}`."""
    own_grid: str
    """A grid as its own people read it; has `{grid}` and `{village}`."""
    division: str
    """A division as outsiders read it; has `{name}` and `{above}`, the division above."""
    several: str
    """An area; has its `{first}` division, the `{count}` of all, and the number of `{others}`."""
    comma: str
    """Separates the names in a list."""
    as_drawn: str
    """A drawn area; has the `{places}` that it touches."""
    with_holes: str
    """A drawn area with holes, which a text cannot describe; has the `{places}` that it touches."""
    divisions: Mapping[str, str] = {}
    """Templates around `{name}`; the keys are the Chinese endings of divisions' names."""
    landmarks: Mapping[str, str] = {}
    """Templates around `{name}`; the keys are the Chinese endings of names of landmarks."""
    alone: Mapping[str, str] = {}
    """Translations of Chinese common nouns that stand without a name; the keys are the nouns."""
    before: Mapping[str, str] = {}
    """Templates around `{name}`; the keys are Chinese words that stand before a landmark."""
    connecting: str = ""
    """The preposition before `{name}`, left out where there is no name."""
    contractions: Mapping[str, str] = {}
    """Contracted forms; the keys are the two consecutive words that a form replaces."""


class Hazard(BaseModel):
    """The words for one hazard."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    words: tuple[str, ...] = ()
    """Other names of the same hazard."""
    action: str
    """The action with which a text begins."""
    instruction: str
    """The instruction for alerts without their own instruction in this language."""


class Language(BaseModel):
    """The words of one language, from all files of its folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    locale: str
    """The locale of the voice for phone calls, such as zh-CN."""
    script: str
    """The ISO 15924 code of the language's script, such as Latn."""
    places: PlaceWords
    reply: ReplyWords
    numbers: Mapping[str, int]
    hazards: Mapping[str, Hazard]
    """The phrase library: the words for each hazard of `HAZARDS`."""
    prefixes: Mapping[str, str]
    """The prefix of a text by CAP status; Actual has none."""
    texts: Mapping[str, str]
    """Templates of texts by `alerting.messages.text.TextKind`."""
    speech: Mapping[str, str]
    """Templates of speech by `alerting.messages.speech.SpeechKind`."""
    page: Mapping[str, str]
    """The texts of a household's page by `alerting.household_page.rules.PageText`."""
    sign_in: Mapping[str, str]
    """The texts of the sign-in link's page; `{name}` is the officer's name."""
    report: Mapping[str, str]
    """The texts of an alert's report and bulletin; see `alerting.report.words`."""
    paper: Mapping[str, str]
    """The words of printed cards and rolls; see `alerting.paper`."""
    events: Mapping[str, str]
    """The names of log entries by event kind."""


def load(folder: Traversable) -> dict[str, Language]:
    """Return the languages of a folder by code, sorted by code.

    Raises:
        ValidationError: if a language lacks a field or has an unknown field.
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
"""The CAP category by hazard, in the order in which pages list the hazards."""
