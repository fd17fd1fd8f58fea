"""Parts of a long text are joined in any order, and missing parts are marked."""

import asyncio

import pytest

from alerting.channels.smpp.long_text import LongTexts, Part, ReceivedText
from alerting.channels.smpp.text import Place
from tests.channels.smpp.kept_parts import KeptParts

PHONE = "+8610002090001"
FIRST, SECOND, THIRD = "1 都出来了，", "除了奶奶", "还在屋里"


class Joining:
    """Adds parts to `LongTexts`, and records the texts that it passes on."""

    def __init__(self, join_seconds: float = 0.01, parts: KeptParts | None = None) -> None:
        self.texts: list[ReceivedText] = []
        kept = parts or KeptParts()
        self._long_texts = LongTexts(self._keep, kept.keep, join_seconds)

    async def _keep(self, text: ReceivedText) -> None:
        self.texts.append(text)

    async def bring(
        self, number: int, octets: bytes | str, total: int = 2, reference: int = 7
    ) -> None:
        said = octets.encode("utf-16-be") if isinstance(octets, str) else octets
        part = Part(f"id-{number}", said, 8, Place(reference, number, total))
        await self._long_texts.join(PHONE, part)

    def said(self) -> list[tuple[str, bool]]:
        return [(text.body, text.is_whole) for text in self.texts]


async def test_late_part_completes_the_text() -> None:
    joining = Joining()
    await joining.bring(2, SECOND)
    await joining.bring(1, FIRST)
    assert joining.said() == [(f"…{SECOND}", False), (FIRST + SECOND, True)]


async def test_several_late_parts_complete_the_text() -> None:
    joining = Joining()
    for number, body in ((3, THIRD), (1, FIRST), (2, SECOND)):
        await joining.bring(number, body, total=3)
    assert joining.said() == [
        (f"……{THIRD}", False),
        (f"{FIRST}…{THIRD}", False),
        (FIRST + SECOND + THIRD, True),
    ]
    assert len({text.message_id for text in joining.texts}) == 3


async def test_part_that_never_comes_leaves_an_incomplete_text() -> None:
    joining = Joining()
    await joining.bring(1, FIRST)
    assert joining.said() == [(f"{FIRST}…", False)]


@pytest.mark.parametrize("again", [1, 2])
async def test_repeated_part_of_a_finished_text_is_not_a_new_text(again: int) -> None:
    joining = Joining(join_seconds=5)
    await asyncio.gather(joining.bring(1, FIRST), joining.bring(2, SECOND))
    await joining.bring(again, FIRST if again == 1 else SECOND)
    assert joining.said() == [(FIRST + SECOND, True)]


async def test_repeated_part_does_not_complete_a_text() -> None:
    joining = Joining()
    await asyncio.gather(joining.bring(1, FIRST), joining.bring(1, FIRST))
    assert joining.said() == [(f"{FIRST}…", False)]


async def test_reused_reference_begins_another_text() -> None:
    joining = Joining(join_seconds=5)
    await asyncio.gather(joining.bring(1, FIRST), joining.bring(2, SECOND))
    await asyncio.gather(joining.bring(1, "2 快来，"), joining.bring(2, THIRD))
    assert joining.said() == [(FIRST + SECOND, True), ("2 快来，" + THIRD, True)]


async def test_character_split_between_parts_stays_whole() -> None:
    joining = Joining(join_seconds=5)
    octets = "求助🆘快来".encode("utf-16-be")
    await asyncio.gather(joining.bring(1, octets[:6]), joining.bring(2, octets[6:]))
    assert joining.said() == [("求助🆘快来", True)]


async def test_failed_text_is_passed_on_again_when_a_part_is_repeated() -> None:
    failures = [OSError("the disk is full")]
    kept: list[ReceivedText] = []

    async def keep(text: ReceivedText) -> None:
        if failures:
            raise failures.pop()
        kept.append(text)

    texts = LongTexts(keep, KeptParts().keep)
    parts = [
        Part(f"id-{n}", body.encode("utf-16-be"), 8, Place(7, n, 2))
        for n, body in ((1, FIRST), (2, SECOND))
    ]
    joins = [texts.join(PHONE, part) for part in parts]
    failed = await asyncio.gather(*joins, return_exceptions=True)
    assert all(isinstance(each, OSError) for each in failed)
    await texts.join(PHONE, parts[0])
    assert [text.body for text in kept] == [FIRST + SECOND]


async def test_parts_in_two_processes_make_one_text_with_one_id() -> None:
    parts = KeptParts()
    one, other = Joining(5, parts), Joining(5, parts)
    await asyncio.gather(one.bring(1, FIRST), other.bring(2, SECOND))
    told = {(text.message_id, text.body, text.is_whole) for text in (*one.texts, *other.texts)}
    assert told == {("id-1", FIRST + SECOND, True)}


async def test_part_that_cannot_be_stored_is_not_acknowledged() -> None:
    async def fail(_sender: str, _part: Part) -> list[Part]:
        raise OSError("the database is away")

    async def never(_text: ReceivedText) -> None:
        raise AssertionError("nothing was kept")

    with pytest.raises(OSError, match="away"):
        await LongTexts(never, fail).join(PHONE, Part("id", b"", 8, Place(7, 1, 2)))
