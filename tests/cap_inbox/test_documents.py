"""No document makes the service fail, neither mutations of valid documents nor extreme values."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.cap_inbox.rules.read import read_message
from alerting.cap_inbox.rules.tree import UnreadableError
from tests.support.cap_documents import Area, Inbox, document, info, reference, simple
from tests.support.city import QIANFO

SQUARE = "31.8,107.1 32,107.1 32,107.3 31.8,107.3 31.8,107.1"
VALID = (
    document(
        info(Area((QIANFO,), (SQUARE,), ("31.9,107.2 2",)), more="<headline>h</headline>"),
        info(Area((QIANFO,)), language="en-US", severity="Extreme"),
    ),
    simple("Extreme", msgType="Update", references=reference("a")),
    document(msgType="Cancel", references=reference("a")),
)
ODD = (
    *(
        "\x00",
        "\x85",
        "\ufffe",
        "\ufeff",
        "\u202e",
        "🌧️",
        "&",
        "<",
        "]]>",
        "&#0;",
        "&amp;",
        "\\u0000",
    ),
    *("<info>", "</info>", "<area/>", "-->", "<!--", "<?x?>", "<![CDATA[", 'xmlns="x"', "é" * 300),
    *("9" * 400, "-0", "1e308", "NaN", "+00:00", "Z", ",", " ", "\t", "2099-12-31T23:59:59+14:00"),
    *("Actual", "Cancel", "Private", "Extreme", "Past", "CN-NBS-CODE", "51", "zh", "alert"),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a valid document in which pieces are deleted, doubled, moved or replaced."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        piece = draw(st.sampled_from((*ODD, "", text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    raw = text.encode(draw(st.sampled_from(("utf-8", "utf-16", "gb18030", "utf-8-sig"))))
    spot = draw(st.integers(0, len(raw)))
    return raw[:spot] + draw(st.binary(max_size=3)) + raw[spot:]


@given(mutated(), st.sampled_from((None, "utf-8", "iso-8859-1", "gb18030", "x")))
@settings(max_examples=300)
def test_mutated_document_is_read_or_refused(raw: bytes, charset: str | None) -> None:
    try:
        read_message(raw, charset)
    except UnreadableError as wrong:
        refused = wrong
    else:
        return
    assert refused.element
    assert len(str(refused)) < 1_000


async def test_mutated_document_never_gives_a_5xx(inbox: Inbox) -> None:
    dice = random.Random("cap")
    statuses = set()
    for _ in range(50):
        text = dice.choice(VALID)
        for _ in range(dice.randrange(3)):
            start = dice.randrange(len(text))
            end = start + dice.randrange(12)
            text = text[:start] + dice.choice(("", *ODD, text[start:end] * 2)) + text[end:]
        status, body = await inbox.post(text.encode("utf-8", "replace"), "university")
        assert status in {200, 422}, (status, text)
        if status == 422:
            assert len(body["detail"].split(": ")) >= 2 or "NUL" in body["detail"], body
        statuses.add(status)
    assert statuses == {200, 422}


async def test_each_extreme_value_is_accepted_or_refused(inbox: Inbox) -> None:
    for message in (
        simple("Severe", identifier="i" * 250, sender="s" * 250),
        simple("Severe", identifier="\U0001f327" * 250),
        simple("Extreme", sent="2000-01-01T00:00:00-14:00"),
        simple("Extreme", sent="2099-12-31T23:59:59-00:00"),
        document(info(Area((QIANFO,)), severity="Extreme", expires="2099-12-31T23:59:59+00:00")),
        document(info(Area((QIANFO,)), severity="Extreme", event="e" * 5_000)),
        document(info(Area((QIANFO,)), severity="Extreme", event="\u200b")),
        document(
            info(Area((QIANFO,)), severity="Extreme", more="<description>\u2028</description>")
        ),
        document(
            info(Area((QIANFO,), circles=("90,180 20000", "-90,-180 0.0001")), severity="Severe")
        ),
        document(
            info(Area(polygons=("90,180 90,-180 -90,-180 -90,180 90,180",)), severity="Extreme")
        ),
        document(info(*[Area((str(1000 + n),)) for n in range(2_000)])),
        document(*[info(Area((QIANFO,), description="d" * 900), event=str(n)) for n in range(100)]),
    ):
        status, body = await inbox.post(message)
        assert status == 200, (body, message[:400])
