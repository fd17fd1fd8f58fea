"""Check the places and officers of sensors and CAP sources, and the addresses of feeds."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection

from alerting.access.rules import Act, Ruling, roles_for, rule
from alerting.doctor.finding import Finding, Part, failure, good, warning
from alerting.policy.cap_sources import CapSource, Feed
from alerting.policy.policy import Policy
from alerting.policy.sensors import Sensor
from contacts.directory import officer, village_names

_LOOK_UP_SECONDS: Final = 10.0

_IMPORT: Final = "correct acts_for in the policy, or import the officer"


def source_findings(connection: Connection, policy: Policy) -> list[Finding]:
    """Return a finding for each fault of the policy's sensors and CAP sources.

    Return one good finding if there is no fault, and an empty list if there are no sources.
    """
    sources: tuple[Sensor | CapSource, ...] = (*policy.sensors, *policy.cap_sources.values())
    if not sources:
        return []
    known = village_names(connection, {each.place for each in policy.sensors})
    wrong = [
        failure(
            Part.SOURCES,
            f"sensor {each.name}: the roster has no division {each.place}",
            "correct its place in the policy, or import the division",
        )
        for each in policy.sensors
        if each.place not in known
    ]
    wrong += [found for each in sources if (found := _officer_found(connection, each))]
    said = f"all places and officers of {len(sources)} sensors and CAP sources are known"
    return wrong or [good(Part.SOURCES, said)]


def _officer_found(connection: Connection, source: Sensor | CapSource) -> Finding | None:
    """Return a warning if the source's officer may not raise alerts, so that it only proposes."""
    if source.acts_for is None:
        return None
    whose = f"{source.name}: acts_for: {source.acts_for}"
    acting = officer(connection, source.acts_for)
    if acting is None:
        return warning(Part.SOURCES, f"{whose} is no officer: it can only propose", _IMPORT)
    if acting.role not in roles_for(Act.RAISE):
        said = (
            f"{whose} has the role {acting.role}, which may not raise alerts: it can only propose"
        )
        return warning(Part.SOURCES, said, _IMPORT)
    if isinstance(source, Sensor):
        ruling = rule(acting.role, acting.division, Act.RAISE, source.place)
        if ruling is not Ruling.ALLOWED:
            said = f"{whose} may not raise alerts for {source.place}: it can only propose"
            return warning(Part.SOURCES, said, _IMPORT)
    return None


async def feed_findings(feeds: Sequence[Feed]) -> list[Finding]:
    """Return a warning for each feed whose host name has no address; fetch no feed."""
    found = await asyncio.gather(*map(_feed_found, feeds))
    return [each for each in found if each]


async def _feed_found(feed: Feed) -> Finding | None:
    host = urlsplit(feed.url).hostname
    try:
        async with asyncio.timeout(_LOOK_UP_SECONDS):
            await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError) as failed:
        return warning(
            Part.SOURCES,
            f"feed {feed.name}: {host} has no address: {str(failed) or type(failed).__name__}",
            "check its url in the policy, and this machine's DNS settings",
        )
    return None
