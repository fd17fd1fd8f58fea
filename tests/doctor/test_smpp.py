"""The doctor binds to a simulated SMS centre and unbinds."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator

import pytest

from alerting.config import ProviderSettings, SmsCentre
from alerting.doctor.finding import Severity
from alerting.doctor.providers import provider_findings
from alerting.doctor.smpp import bind_and_unbind
from tests.channels.smpp.smsc.centre import (
    PASSWORD,
    Centre,
    NotInstalledError,
    install,
    running_centre,
)


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    try:
        packages = install()
    except NotInstalledError as failure:
        pytest.skip(f"npm cannot install the SMS centre: {failure}")
    async with running_centre(packages) as centre:
        yield centre


def account(port: int, password: str = PASSWORD) -> SmsCentre:
    return SmsCentre("127.0.0.1", port, "alerting", password, "1069000")


async def test_doctor_binds_and_unbinds(centre: Centre) -> None:
    found = await bind_and_unbind(account(centre.port))
    assert (found.severity, found.said) == (
        Severity.GOOD,
        f"the SMS centre 127.0.0.1:{centre.port} lets us in",
    )
    assert (await centre.next("bind"))["status"] == 0
    await centre.next("unbind")
    assert centre.told("submit") == 0


async def test_wrong_password_is_reported(centre: Centre) -> None:
    refusal = await bind_and_unbind(account(centre.port, "other"))
    assert refusal.severity is Severity.FAILURE
    assert refusal.said.endswith("refuses the credentials")
    assert "ALERTING_SMPP_URL" in refusal.remedy


async def test_account_that_is_already_bound_is_a_warning() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length, command, _, sequence = struct.unpack(">4I", await reader.readexactly(16))
        await reader.readexactly(length - 16)
        writer.write(struct.pack(">4I", 16, command | 0x8000_0000, 5, sequence))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        found = await bind_and_unbind(account(server.sockets[0].getsockname()[1]))
    assert (found.severity, found.said.endswith("is bound already")) == (Severity.WARNING, True)


async def test_unreachable_centre_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    refusal = await bind_and_unbind(account(port))
    assert refusal.severity is Severity.FAILURE
    assert f"127.0.0.1:{port} does not answer" in refusal.said


async def test_warning_says_that_an_sms_centre_makes_no_calls(centre: Centre) -> None:
    url = f"smpp://alerting:{PASSWORD}@127.0.0.1:{centre.port}"
    settings = ProviderSettings(_env_file=None, smpp_url=url, smpp_from="1069000")
    bound, calls = await provider_findings(settings)
    assert (bound.severity, calls.severity) == (Severity.GOOD, Severity.WARNING)
    assert "nobody is called by phone" in calls.said
