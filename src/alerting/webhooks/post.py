"""Posts one message to one webhook."""

from collections.abc import Mapping
from typing import Final

import structlog
from aiohttp import ClientError, ClientSession

from alerting.metrics import WEBHOOKS
from alerting.policy.webhooks import Webhook

log = structlog.get_logger()

_MOST_OF_A_PROBLEM: Final = 200

_TAKEN: Final = range(200, 300)


async def post(
    webhook: Webhook, session: ClientSession, headers: Mapping[str, str], body: bytes
) -> str:
    """Post a message; return what went wrong, or an empty string if the receiver accepted it."""
    try:
        async with session.post(
            webhook.url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            problem = "" if answer.status in _TAKEN else f"answered {answer.status}"
    except (ClientError, TimeoutError, OSError) as failure:
        problem = (str(failure) or type(failure).__name__)[:_MOST_OF_A_PROBLEM]
    WEBHOOKS.labels("failed" if problem else "taken").inc()
    if problem:
        log.warning("a webhook did not take an event", name=webhook.name, problem=problem)
    return problem
