"""Check the gateways of the policy: their templates, and whether their hosts let us connect."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from alerting.channels.http.signature import Secrets, key_problems
from alerting.channels.http.text_templates import template_problems
from alerting.doctor.finding import Finding, Part, failure, good
from alerting.policy.gateways import Gateway

_ANSWER_SECONDS: Final = 10.0

_PORTS: Final = {"https": 443, "http": 80}


async def gateway_findings(gateway: Gateway, secrets: Secrets) -> list[Finding]:
    """Check templates and keys, and connect to the host; a request would send a text."""
    problems = (*template_problems(gateway), *key_problems(gateway, secrets))
    wrong = [failure(Part.PROVIDERS, *problem.rsplit("; ", 1)) for problem in problems]
    return [*wrong, await _connection(gateway)]


async def _connection(gateway: Gateway) -> Finding:
    address = urlsplit(gateway.url)
    is_secure = address.scheme == "https"
    port = address.port or _PORTS[address.scheme]
    where = f"the gateway {gateway.name} at {address.netloc}"
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            _, writer = await asyncio.open_connection(address.hostname, port, ssl=is_secure or None)
    except (OSError, TimeoutError) as failed:
        return failure(
            Part.PROVIDERS,
            f"{where} does not let us connect: {str(failed) or type(failed).__name__}",
            "check its url in the policy, the network, and that the carrier lets this address in",
        )
    writer.close()
    return good(Part.PROVIDERS, f"{where} lets us connect; its secrets are tried by the first text")
