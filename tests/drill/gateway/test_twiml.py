from xml.etree import ElementTree

import pytest

from alerting.drill.gateway.twiml import (
    Gather,
    Hangup,
    Redirect,
    Verb,
    Wait,
    parse_messages,
    parse_verbs,
)


@pytest.mark.parametrize(
    ("inner", "verbs"),
    [
        ("<Say>撤离撤离撤</Say>", [Wait(1.0)]),
        ("<Say loop='3'>撤离撤离撤</Say>", [Wait(3.0)]),
        ("<Pause length='4'/><Pause/>", [Wait(4.0), Wait(1.0)]),
        ("<Redirect> /next </Redirect>", [Redirect("/next")]),
        ("<Play>tone.mp3</Play><Hangup/>", [Hangup()]),
        ("<Gather><Play>tone.mp3</Play></Gather>", [Gather("", None, 5.0, 0.0, False)]),
        (
            "<Gather action='/key' numDigits='1' timeout='8' actionOnEmptyResult='true'>"
            "<Say>撤离撤离撤</Say><Pause length='2'/></Gather>",
            [Gather("/key", 1, 8.0, 3.0, True)],
        ),
    ],
)
def test_verbs_are_parsed_in_order(inner: str, verbs: list[Verb]) -> None:
    assert parse_verbs(f"<?xml version='1.0'?><Response>{inner}</Response>") == verbs


@pytest.mark.parametrize(
    ("document", "texts"),
    [
        ("", []),
        ("<Response/>", []),
        ("<Response><Message>谢谢</Message></Response>", ["谢谢"]),
        ("<Response><Message><Body>a &amp; b</Body></Message></Response>", ["a & b"]),
        ("<Response><Message>1</Message><Message>2</Message></Response>", ["1", "2"]),
    ],
)
def test_texts_are_parsed_from_an_answer(document: str, texts: list[str]) -> None:
    assert parse_messages(document) == texts


def test_document_that_is_not_xml_is_refused() -> None:
    with pytest.raises(ElementTree.ParseError):
        parse_verbs("")
    with pytest.raises(ElementTree.ParseError):
        parse_messages("thanks")
