import asyncio
from datetime import timedelta

import pytest

from alerting.channels.smpp.text import write
from alerting.drill.gateway.smpp import Part, Sequence, made, read_pdu, read_text, read_validity


@pytest.mark.parametrize(
    ("period", "seconds"),
    [(b"000001020304000R", 93784), (b"000000000100000R", 60), (b"", None), (b"later", None)],
)
def test_relative_validity_is_read(period: bytes, seconds: int | None) -> None:
    assert read_validity(period) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize("body", ["Leave now €5", "立即撤离", "字" * 100, "Leave now. " * 30])
def test_parts_of_a_long_text_are_read_in_order(body: str) -> None:
    written = write(body, 200)
    parts = [
        read_text(
            made(
                "submit_sm",
                Sequence(),
                esm_class=written.esm_class,
                data_coding=written.data_coding,
                short_message=part,
            )
        )
        for part in written.parts
    ]
    total = len(parts)
    reference = -1 if total == 1 else 200
    assert [(p.reference, p.number, p.total) for p in parts] == [
        (reference, number, total) for number in range(1, total + 1)
    ]
    assert "".join(part.body for part in parts) == body


def test_short_text_is_read_as_a_single_part() -> None:
    pdu = made("submit_sm", Sequence(), esm_class=0, data_coding=0, short_message=b"1")
    assert read_text(pdu) == Part(-1, 1, 1, "1")


async def test_pdus_are_read_one_at_a_time_from_the_stream() -> None:
    reader, sequence = asyncio.StreamReader(), Sequence()
    for command in ("enquire_link", "unbind"):
        reader.feed_data(made(command, sequence).generate())
    reader.feed_eof()
    read = [await read_pdu(reader) for _ in range(2)]
    assert [(pdu.command, pdu.sequence) for pdu in read] == [("enquire_link", 1), ("unbind", 2)]
    with pytest.raises(asyncio.IncompleteReadError):
        await read_pdu(reader)
