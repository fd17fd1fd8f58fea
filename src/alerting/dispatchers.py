"""Who sends: a dispatcher for each provider that the settings name."""

import pkgutil
from collections import OrderedDict
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Final

import structlog

from alerting.channels.twilio.sms import TwilioSms
from alerting.channels.twilio.voice import TwilioVoice
from alerting.config import Settings, SmsCentre
from alerting.deliveries.channel import ChannelClient
from alerting.deliveries.dispatcher import Dispatcher
from alerting.deliveries.providers import enlist
from alerting.deliveries.receipts import record_receipt_by_id
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.providers import Pace, Provider
from alerting.errors import NotFoundError
from alerting.policy.sections import Channel
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.runtime import Runtime
from alerting.sign_in.send_links import LinkSender

log = structlog.get_logger()

TWILIO: Final = "twilio"

TWILIO_VOICE: Final = "twilio-voice"

SMPP: Final = "smpp"

_MOST_REMEMBERED: Final = 10_000


@dataclass(frozen=True)
class Senders:
    """The loops that send."""

    dispatchers: tuple[Dispatcher, ...]
    link_senders: tuple[LinkSender, ...]


async def senders(settings: Settings, runtime: Runtime, stack: AsyncExitStack) -> Senders:
    """Return a loop for each provider and what it sends; the stack closes their connections."""
    rules = runtime.policy.sending
    texting = Pace("", rules.segments_per_second, rules.requests_at_once)
    calling = Pace("", rules.calls_per_second, rules.calls_at_once)
    found: list[tuple[Provider, ChannelClient, Pace]] = []
    order = _texting_order(settings)
    if account := settings.twilio:
        arguments = (account.sid, account.token, account.sender, account.base_url)
        sms = TwilioSms(
            *arguments, settings.public_url, rules.requests_at_once, rules.answer_within
        )
        calls = TwilioVoice(
            *(*arguments, settings.public_url),
            *(rules.calls_at_once, rules.ring, rules.answer_within),
        )
        voice = Provider(TWILIO_VOICE, Channel.VOICE, (TWILIO_VOICE,))
        found += [
            (Provider(TWILIO, Channel.SMS, order), sms, texting),
            (voice, calls, calling),
        ]
    if centre := settings.sms_centre:
        provider = Provider(SMPP, Channel.SMS, order)
        found.append((provider, _smpp_sms(centre, runtime), texting))
    for _, channel, _ in found:
        stack.push_async_callback(channel.close)
    names = [provider.name for provider, _, _ in found]
    await runtime.ledger.write(lambda tx: enlist(tx.connection, names, runtime.clock.now()))
    return Senders(
        tuple(
            Dispatcher(
                runtime, provider, channel, pace.at_once, replace(pace, sender=provider.name)
            )
            for provider, channel, pace in found
        ),
        tuple(
            LinkSender(runtime, provider, channel, settings.public_url)
            for provider, channel, _ in found
            if provider.channel is Channel.SMS
        ),
    )


def _texting_order(settings: Settings) -> tuple[str, ...]:
    """Return the providers of texts that are set, the preferred one first."""
    are_set = {TWILIO: settings.twilio, SMPP: settings.sms_centre}
    order = sorted(are_set, key=lambda name: name != settings.sms_first)
    return tuple(name for name in order if are_set[name])


def _smpp_sms(centre: SmsCentre, runtime: Runtime) -> ChannelClient:
    # Its libraries come with the extra 'smpp', which who sends by Twilio alone has no need of.
    login = pkgutil.resolve_name("alerting.channels.smpp.session:Login")
    smpp_sms = pkgutil.resolve_name("alerting.channels.smpp.sms:smpp_sms")
    # A text may have to wait for the connection as well, each for so long.
    wait = runtime.policy.sending.answer_within.total_seconds() / 2
    heard = InboundSms(runtime)
    channel: ChannelClient = smpp_sms(
        login(centre.host, centre.port, centre.system_id, centre.password, answer_seconds=wait),
        centre.sender,
        heard.receipt,
        heard.text,
    )
    return channel


class InboundSms:
    """What an SMS centre brings, taken in as what Twilio posts is.

    Whatever is raised, the centre brings it again.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._unknown: OrderedDict[str, None] = OrderedDict()

    async def receipt(self, provider_id: str, state: DeliveryState, error: int | None) -> None:
        """Record what became of a text.

        Raises:
            NotFoundError: if nobody knows the text, the first time: it may just be written.
        """
        try:
            await record_receipt_by_id(self._runtime, SMPP, provider_id, state, error)
        except NotFoundError:
            if provider_id not in self._unknown:
                self._remember(provider_id)
                raise
            log.warning("receipt of a text that nobody knows", provider_id=provider_id)

    async def text(self, provider_id: str, sender: str, body: str) -> None:
        """Take a text in."""
        now = self._runtime.clock.now()
        await take_text(self._runtime, IncomingText(provider_id, sender, body, received_at=now))

    def _remember(self, provider_id: str) -> None:
        self._unknown[provider_id] = None
        if len(self._unknown) > _MOST_REMEMBERED:
            self._unknown.popitem(last=False)
