"""The SDK calls of a finished ledger, repeated without a ledger: the baseline of `send`.

`python -m scripts.benches.bare_sender DATABASE` prints the seconds taken.
"""

import asyncio
import sys
import time
from pathlib import Path

import uvloop

from alerting.channels.twilio.sms import TwilioSms
from alerting.config import Settings, load_settings
from alerting.deliveries.channel import Message
from alerting.deliveries.rules.delivery import OutcomeKind
from scripts.benches.decrypting import opened

_VALID_SECONDS = 86_400
_SENT = """
    SELECT phone(deliveries.number), personal(texts.body), attempts.token FROM deliveries
    JOIN texts ON texts.id = deliveries.text JOIN attempts ON attempts.delivery = deliveries.id
    ORDER BY attempts.started_at, deliveries.id
"""


def main() -> None:
    """Send the texts that the ledger sent, and print the seconds taken."""
    settings = load_settings()
    with opened(Path(sys.argv[1])) as database:
        messages = [
            Message(number, body, token, _VALID_SECONDS)
            for number, body, token in database.execute(_SENT)
        ]
    sys.stdout.write(f"{uvloop.run(_send_all(settings, messages))}\n")


async def _send_all(settings: Settings, messages: list[Message]) -> float:
    at_once = settings.policy.sending.requests_at_once
    account = settings.twilio
    if account is None:
        raise RuntimeError("the bench sets an account")
    channel = TwilioSms(
        account.sid,
        account.token,
        account.sender,
        account.base_url,
        settings.public_url,
        at_once,
        settings.policy.sending.answer_within,
    )
    free = asyncio.Semaphore(at_once)

    async def send(message: Message) -> OutcomeKind:
        async with free:
            return (await channel.send(message)).kind

    began = time.perf_counter()
    kinds = await asyncio.gather(*map(send, messages))
    took = time.perf_counter() - began
    await channel.close()
    if set(kinds) != {OutcomeKind.ACCEPTED}:
        raise RuntimeError(f"not everything was accepted: {set(kinds)}")
    return took


if __name__ == "__main__":
    main()
