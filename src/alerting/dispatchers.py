"""Dispatchers, one for each provider that the settings name, and the senders of sign-in links."""

from collections import OrderedDict
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Final

import structlog

from alerting import extras
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
from alerting.extras import note_missing, require
from alerting.policy.sections import Channel
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.runtime import Runtime
from alerting.sign_in.send_links import LinkSender

try:
    # Their libraries come with an extra, which an installation with Twilio only does not need.
    from alerting.channels.smpp.session import Login
    from alerting.channels.smpp.sms import smpp_sms
except ModuleNotFoundError as missing:
    note_missing(missing, extras.SMPP)

log = structlog.get_logger()

TWILIO: Final = "twilio"

TWILIO_VOICE: Final = "twilio-voice"

SMPP: Final = "smpp"

_MOST_REMEMBERED: Final = 10_000


@dataclass(frozen=True)
class Senders:
    """The loops that send messages and sign-in links."""

    dispatchers: tuple[Dispatcher, ...]
    link_senders: tuple[LinkSender, ...]


async def senders(settings: Settings, runtime: Runtime, stack: AsyncExitStack) -> Senders:
    """Return the loops for each provider; `stack` closes the providers' connections."""
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
    """Return the configured providers of texts, the preferred one first."""
    are_set = {TWILIO: settings.twilio, SMPP: settings.sms_centre}
    order = sorted(are_set, key=lambda name: name != settings.sms_first)
    return tuple(name for name in order if are_set[name])


def _smpp_sms(centre: SmsCentre, runtime: Runtime) -> ChannelClient:
    require(extras.SMPP, "ALERTING_SMPP_URL")
    # Halved, because a text may wait this long for the connection and again for the answer.
    wait = runtime.policy.sending.answer_within.total_seconds() / 2
    heard = InboundSms(runtime)
    login = Login(centre.host, centre.port, centre.system_id, centre.password, answer_seconds=wait)
    return smpp_sms(login, centre.sender, heard.receipt, heard.text)


class InboundSms:
    """Handlers of an SMS centre's receipts and incoming texts, which do as Twilio's webhooks do.

    If a handler raises, the centre delivers the message again.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._unknown: OrderedDict[str, None] = OrderedDict()

    async def receipt(self, provider_id: str, state: DeliveryState, error: int | None) -> None:
        """Record a receipt for a text.

        Raises:
            NotFoundError: if the text is unknown, the first time: its id may not be stored yet.
        """
        try:
            await record_receipt_by_id(self._runtime, SMPP, provider_id, state, error)
        except NotFoundError:
            if provider_id not in self._unknown:
                self._remember(provider_id)
                raise
            log.warning("receipt of a text that nobody knows", provider_id=provider_id)

    async def text(self, provider_id: str, sender: str, body: str) -> None:
        """Take an incoming text in as a reply."""
        now = self._runtime.clock.now()
        await take_text(self._runtime, IncomingText(provider_id, sender, body, received_at=now))

    def _remember(self, provider_id: str) -> None:
        self._unknown[provider_id] = None
        if len(self._unknown) > _MOST_REMEMBERED:
            self._unknown.popitem(last=False)
