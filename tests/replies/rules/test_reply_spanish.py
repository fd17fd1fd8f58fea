"""Replies in Spanish are read with nothing but the Spanish language files."""

import pytest

from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import SAFE, Intent
from alerting.replies.rules.reply import read_normal_report, read_reply
from alerting.replies.rules.reports import officer_reports


@pytest.mark.parametrize(
    ("text", "intent", "count"),
    [
        ("ya salimos todos", Intent.EVACUATED, None),
        ("yastamos tdos afuera x suerte", Intent.EVACUATED, None),
        ("mi esposa y yo ya salimos", Intent.EVACUATED, 2),
        ("salí con mi mamá", Intent.EVACUATED, 2),
        ("ya estoy en el refugio", Intent.EVACUATED, 1),
        ("salimos 2 adultos y 3 niños, estamos en la cancha", Intent.EVACUATED, 5),
        ("Todos fuera, solo se quedaron las gallinas", Intent.EVACUATED, None),
        ("ya no queda nadie, estamos todos en la escuela", Intent.EVACUATED, None),
        ("estamos de vacaciones en Cancún", Intent.ELSEWHERE, None),
        ("no estamos en casa", Intent.ELSEWHERE, None),
        ("no podemos salir x el agua", Intent.NEEDS_HELP, None),
        ("q alguien venga, toy sola", Intent.NEEDS_HELP, None),
        ("salimos todos menos la abuela", Intent.NEEDS_HELP, None),
        ("se vino el cerro", Intent.NEEDS_HELP, None),
        ("1 pero falta mi hijo", Intent.NEEDS_HELP, None),
        ("perdon, 2 no 1", Intent.NEEDS_HELP, None),
        ("1 y 2", Intent.NEEDS_HELP, None),
        ("nos kedamos", Intent.STAYING, None),
        ("mi papá no quiere salir", Intent.STAYING, None),
        ("cuando amanezca salimos", Intent.STAYING, None),
        ("ahorita salimos", Intent.RECEIVED, None),
        ("vamos en camino al albergue", Intent.RECEIVED, None),
        ("gracias por avisar", Intent.RECEIVED, None),
        ("no me manden más mensajes", Intent.OPTED_OUT, None),
        ("BAJA", Intent.OPTED_OUT, None),
        ("perdon 1 no 2", Intent.EVACUATED, None),
    ],
)
def test_reply_is_understood(text: str, intent: Intent, count: int | None) -> None:
    reply = read_reply(text)
    assert (reply.intent, reply.count) == (intent, count)


@pytest.mark.parametrize(
    "text",
    [
        "creo que ya salieron todos",
        "los vecinos ya salieron",
        "estamos todos en el patio",
        "ojalá estuviéramos fuera",
        "¿todos fuera?",
        "no estamos fuera",
        "nadie está a salvo",
        "los niños están en el refugio",
        "el perro está a salvo",
        "en el simulacro salimos todos",
        "estamos bien",
        "salimos",
    ],
)
def test_reply_makes_nobody_safe(text: str) -> None:
    assert read_reply(text).intent not in SAFE


def test_any_separator_divides_reports() -> None:
    for text in ("100 1 5, 025 1 6 y 008 2", "100 1 5; 025 todos fuera, 6; 008 ayuda"):
        found = [read_normal_report(part) for part in officer_reports(normalise(text))]
        assert [(each[0], each[1].intent, each[1].count) for each in found if each] == [
            ("100", "evacuated", 5),
            ("025", "evacuated", 6),
            ("008", "needs_help", None),
        ]


@pytest.mark.parametrize(
    ("text", "household", "intent", "count"),
    [
        ("casa 12: todos fuera, 4", "012", "evacuated", 4),
        ("vivienda 7 no se quieren ir", "007", "staying", None),
        ("nro. 34 2", "034", "needs_help", None),
        ("familia 3 salieron los 5", "003", "evacuated", 5),
    ],
)
def test_household_number_is_found_in_many_forms(
    text: str, household: str, intent: str, count: int | None
) -> None:
    (part,) = officer_reports(normalise(text))
    report = read_normal_report(part)
    assert report is not None
    assert (report[0], report[1].intent, report[1].count) == (household, intent, count)
