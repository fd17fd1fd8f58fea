"""The drill's languages agree with the service's, although they share no code."""

import csv
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from alerting.drill.city.languages import DRILL_LANGUAGES, answers_in, issuer_section, signs_of
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import in_language
from alerting.policy.issuer import IssuerRules
from alerting.policy.policy import default_policy
from alerting.replies.corpus import read_text
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_reply
from contacts.naming import everyday_name
from contacts.roster.synthetic_homes import assembly_point


def villages() -> Iterator[tuple[str, str]]:
    text = files("contacts").joinpath("data", "bazhong-divisions.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        if row["tier"] == "village":
            yield row["code"], row["name"]


def test_drill_has_every_language_of_the_service() -> None:
    assert set(DRILL_LANGUAGES) == set(LANGUAGES)


def test_people_answer_by_digits_in_a_language_without_a_file() -> None:
    assert answers_in("xx").staying == ("3",)


@pytest.mark.parametrize("language", DRILL_LANGUAGES)
def test_drill_names_places_as_the_services_texts_do(language: str) -> None:
    words = DRILL_LANGUAGES[language]
    for code, official in villages():
        name, point = everyday_name(official), assembly_point(code, official)[0]
        assert words.village(name) == in_language(name, language)
        assert words.point(point) == in_language(point, language)


@pytest.mark.parametrize("language", DRILL_LANGUAGES)
def test_service_reads_each_answer_with_its_meaning(language: str) -> None:
    answers = DRILL_LANGUAGES[language].answers
    meant = {
        Intent.EVACUATED: answers.out,
        Intent.NEEDS_HELP: answers.help,
        Intent.STAYING: answers.staying,
        Intent.ELSEWHERE: answers.away,
        Intent.UNCLEAR: answers.unclear,
    }
    for intent, bodies in meant.items():
        assert {read_reply(body.format(n=3)).intent for body in bodies} == {intent}


@pytest.mark.parametrize("language", DRILL_LANGUAGES)
def test_service_suspects_a_call_for_help_in_words_of_danger(language: str) -> None:
    thresholds = default_policy().second_reader
    for body in DRILL_LANGUAGES[language].answers.in_danger:
        reply = read_text(body, thresholds)
        assert (reply.intent, reply.suspected) == (Intent.UNCLEAR, True), body


def test_policy_names_the_issuer_in_every_language() -> None:
    read: dict[str, Any] = tomllib.loads(issuer_section())
    rules = IssuerRules.model_validate(read["issuer"])
    assert set(rules.names) == set(DRILL_LANGUAGES)
    assert rules.signatures == {"zh": "通江应急"}


def test_signs_of_all_languages_are_case_folded() -> None:
    assert {"取消", "anulada", "cancel"} <= set(signs_of("cancelled"))
    assert signs_of("reply") == tuple(map(str.casefold, signs_of("reply")))
