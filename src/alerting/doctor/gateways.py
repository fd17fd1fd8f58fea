"""Check the policy's gateways: their templates and keys, and connections to their hosts."""

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
    """Check templates and keys, and test that the host accepts a connection; send no text."""
    problems = (*template_problems(gateway), *key_problems(gateway, secrets))
    wrong = [_problem(gateway, each) for each in problems]
    return [*wrong, await _connection(gateway)]


def _problem(gateway: Gateway, problem: str) -> Finding:
    said, _, remedy = problem.rpartition("; ")
    chinese = f"策略里通道{gateway.name}的设置有误：{problem}"
    return failure(Part.PROVIDERS, said, remedy, chinese)


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
            "check its url in the policy and the network; ask if the carrier admits this address",
            f"通道{gateway.name}（{address.netloc}）连不上：请检查策略里的url、网络，以及运营商是否放行本机",
        )
    writer.close()
    return good(
        Part.PROVIDERS,
        f"{where} lets us connect; only the first text will show whether its secrets are right",
        f"通道{gateway.name}（{address.netloc}）能连上；密钥到发第一条短信时才验证",
    )
