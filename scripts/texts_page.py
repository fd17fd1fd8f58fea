"""docs/texts.md, generated from the languages' files and the villages of Bazhong.

`python scripts/texts_page.py` writes it.
"""

from pathlib import Path
from typing import Final, NamedTuple

from alerting.cap.alert import Status
from alerting.drill.city.languages import DRILL_LANGUAGES
from alerting.messages.languages import HAZARDS, LANGUAGES
from alerting.messages.link import as_sent
from alerting.messages.places import Places, in_language
from alerting.messages.samples import with_samples
from alerting.messages.text import TextFacts, TextKind, compose, segments
from alerting.policy.issuer import Issuer
from alerting.policy.policy import HouseholdLink
from contacts.division import Division, Tier
from contacts.roster.checks import Known
from contacts.roster.files import read_sheet
from contacts.roster.importing import bazhong_divisions
from contacts.roster.lines import DivisionLine
from contacts.roster.synthetic_homes import assembly_point

PAGE: Final = Path(__file__).parents[1] / "docs/texts.md"

_HEAD: Final = """\
# Texts

This page gives the length of every kind of text in every language. `python scripts/texts_page.py`
writes it from [the languages' files](languages.md). A segment has 160 units of GSM-7 or 70 of
UCS-2; each part of a longer text has 153 or 67.

Each text warns of a landslide, in the name of the drill's issuer, with the issuer's signature if
the language has one. It is composed twice, for two of Bazhong's 1,809 villages: the one whose name
and assembly point together have median length in that language, and the one for which they are the
longest. Officers' texts name the village in place of an area. Lists have two items; longer lists
continue in further texts. A link is an address of 24 characters and the token.
"""

_ISSUER: Final = Issuer(
    names={code: words.issuer.name for code, words in DRILL_LANGUAGES.items()},
    signatures={
        code: words.issuer.signature
        for code, words in DRILL_LANGUAGES.items()
        if words.issuer.signature
    },
)

LINK: Final = HouseholdLink("https://alert.example/h/", in_reminders=True)
"""The link of a household, by the default policy."""


class Names(NamedTuple):
    """A village and its assembly point."""

    place: str
    point: str


def page() -> str:
    """Return docs/texts.md: the length of every kind of text in every language."""
    return "\n".join([_HEAD, *map(_section, LANGUAGES)])


def names_in(language: str) -> tuple[Names, Names]:
    """Return the names of median length in a language, and the longest."""
    known = _divisions()
    places = Places(known)
    found = sorted(
        (
            Names(
                places.own(code, language),
                in_language(assembly_point(code, each.name)[0], language),
            )
            for code, each in known.items()
            if each.tier is Tier.VILLAGE
        ),
        key=lambda names: (sum(map(len, names)), names),
    )
    return found[len(found) // 2], found[-1]


def text(kind: TextKind, language: str, names: Names) -> str:
    """Return a text with these names, without its link."""
    phrase = LANGUAGES[language].hazards[next(iter(HAZARDS))]
    told = TextFacts(
        status=Status.ACTUAL,
        issuer=_ISSUER,
        action=phrase.action,
        hazard=phrase.name,
        place=names.place,
        time="23:25",
        assembly_point=names.point,
    )
    return compose(kind, language, with_samples(told, kind, language))


def _divisions() -> dict[str, Division]:
    with bazhong_divisions() as source:
        lines = read_sheet(source, DivisionLine, Known()).lines
    return {
        line.code: Division(line.code, line.name, Tier(line.tier), line.parent) for _, line in lines
    }


def _section(language: str) -> str:
    usual, longest = names_in(language)
    rows = [
        _row(kind, kind, text(kind, language, usual), text(kind, language, longest))
        for kind in TextKind
    ]
    reminders = [
        as_sent(TextKind.REMINDER, text(TextKind.REMINDER, language, each), LINK)
        for each in (usual, longest)
    ]
    rows.insert(2, _row(TextKind.REMINDER, f"{TextKind.REMINDER} with its link", *reminders))
    lines = [
        f"## {LANGUAGES[language].name}",
        "",
        f"Median: {usual.place}; {usual.point}. Longest: {longest.place}; {longest.point}.",
        "",
        "| kind | encoding | units, segments: median | units, segments: longest |",
        "| --- | --- | --- | --- |",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def _row(kind: TextKind, label: str, usual: str, longest: str) -> str:
    one, other = segments(usual), segments(longest)
    encodings = dict.fromkeys((one.encoding, other.encoding))
    return (
        f"| {label} | {', then '.join(encodings)} | {one.units}, {one.count} | "
        f"{other.units}, {other.count} |"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
