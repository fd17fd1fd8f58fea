"""Build the dispatcher of each configured provider, and the senders of other messages."""

import math
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog

from alerting import extras
from alerting.channels.http.sms import HttpSms
from alerting.channels.twilio.sms import TwilioSms
from alerting.channels.twilio.voice import TwilioVoice
from alerting.config import Settings, SmsCentre
from alerting.deliveries.channel import ChannelClient
from alerting.deliveries.dispatcher import Dispatcher
from alerting.deliveries.named_receipts import NamedReceipt, record_receipt_by_id
from alerting.deliveries.providers import enlist
from alerting.deliveries.rules.providers import SMPP, TWILIO, TWILIO_VOICE, Pace, Provider
from alerting.deliveries.send_tests import PhoneTestSender
from alerting.extras import note_missing, require
from alerting.policy.sections import Channel
from alerting.replies.parts import TextPart, keep_part
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.runtime import Runtime
from alerting.sensors.send_texts import Route, SensorTextSender
from alerting.sign_in.send_links import LinkSender
from alerting.work_groups.poster import Poster
from alerting.work_groups.sender import GroupSender
from alerting.work_groups.store import enlist_groups

try:
    # The SMPP libraries come with an extra, which an installation with only Twilio does not need.
    from alerting.channels.smpp.ids import answered_ids, spellings
    from alerting.channels.smpp.long_text import Part, ReceivedText
    from alerting.channels.smpp.receipt import Receipt
    from alerting.channels.smpp.session import Login
    from alerting.channels.smpp.sms import smpp_sms
    from alerting.channels.smpp.text import Place
except ModuleNotFoundError as missing:
    note_missing(missing, extras.SMPP)

log = structlog.get_logger()


@dataclass(frozen=True)
class Senders:
    """The loops that send alerts, sign-in links, work group posts, test texts and sensor texts."""

    dispatchers: tuple[Dispatcher, ...]
    link_senders: tuple[LinkSender, ...]
    group_senders: tuple[GroupSender, ...]
    """One sender if work groups are configured, else empty."""
    phone_tests: tuple[PhoneTestSender, ...]
    sensor_texts: tuple[SensorTextSender, ...]
    """One sender if the policy has sensors and a provider of texts is configured, else empty."""


async def senders(settings: Settings, runtime: Runtime, stack: AsyncExitStack) -> Senders:
    """Return the sending loops; `stack` closes the providers' connections."""
    found = _connected(settings, runtime)
    for _, channel in found:
        stack.push_async_callback(channel.close)
    names = [provider.name for provider, _ in found]
    await runtime.ledger.write(lambda tx: enlist(tx.connection, names, runtime.clock.now()))
    group_senders = await _group_senders(settings, runtime, stack)
    return Senders(
        tuple(
            Dispatcher(runtime, provider, channel, pace.at_once, pace)
            for provider, channel in found
            for pace in [pace_of(settings, runtime, provider)]
        ),
        tuple(
            LinkSender(runtime, provider, channel, settings.public_url)
            for provider, channel in found
            if provider.channel is Channel.SMS
        ),
        group_senders,
        tuple(
            PhoneTestSender(runtime, provider, channel)
            for provider, channel in found
            if provider.channel is Channel.SMS
        ),
        _sensor_texts(settings, runtime, found),
    )


def _sensor_texts(
    settings: Settings, runtime: Runtime, found: Sequence[tuple[Provider, ChannelClient]]
) -> tuple[SensorTextSender, ...]:
    routes = {
        provider.name: Route(provider, channel, pace_of(settings, runtime, provider))
        for provider, channel in found
        if provider.channel is Channel.SMS
    }
    if not routes or not runtime.policy.sensors:
        return ()
    return (SensorTextSender(runtime, [routes[name] for name in _texting_order(settings)]),)


async def _group_senders(
    settings: Settings, runtime: Runtime, stack: AsyncExitStack
) -> tuple[GroupSender, ...]:
    owners = {group.name: group.owner for group in settings.work_groups}
    unknown = await runtime.ledger.write(lambda tx: enlist_groups(tx.connection, owners))
    if unknown:
        log.error("work groups of no division or officer in the roster", owners=unknown)
    if not owners:
        return ()
    poster = Poster(runtime.policy.sending.answer_within.total_seconds())
    stack.push_async_callback(poster.close)
    addresses = {group.name: group.address for group in settings.work_groups}
    return (GroupSender(runtime, poster, addresses),)


def _connected(settings: Settings, runtime: Runtime) -> list[tuple[Provider, ChannelClient]]:
    """Return the configured providers, each with its channel client."""
    order = _texting_order(settings)
    found: list[tuple[Provider, ChannelClient]] = []
    if account := settings.twilio:
        rules = runtime.policy.sending
        arguments = (account.sid, account.token, account.sender, account.base_url)
        sms = TwilioSms(
            *arguments, settings.public_url, rules.requests_at_once, rules.answer_within
        )
        calls = TwilioVoice(
            *(*arguments, settings.public_url),
            *(rules.calls_at_once, rules.ring, rules.answer_within),
        )
        voice = Provider(TWILIO_VOICE, Channel.VOICE, (TWILIO_VOICE,))
        found += [(Provider(TWILIO, Channel.SMS, order), sms), (voice, calls)]
    if centre := settings.sms_centre:
        found.append((Provider(SMPP, Channel.SMS, order), _smpp_sms(centre, runtime)))
    for gateway in settings.gateways:
        rules = runtime.policy.sending
        at_once = pace_of(settings, runtime, Provider(gateway.name, Channel.SMS, order)).at_once
        client = HttpSms(
            *(gateway, settings.secrets, settings.public_url), at_once, rules.answer_within
        )
        found.append((Provider(gateway.name, Channel.SMS, order), client))
    return found


def pace_of(settings: Settings, runtime: Runtime, provider: Provider) -> Pace:
    """Return the rate limit of a provider: a gateway's own, or the policy's."""
    rules = runtime.policy.sending
    if provider.channel is Channel.VOICE:
        return Pace(provider.name, rules.calls_per_second, rules.calls_at_once)
    own = {each.name: each.per_second for each in settings.gateways}
    if provider.name not in own:
        return Pace(provider.name, settings.segments_per_second, rules.requests_at_once)
    per_second = own[provider.name]
    # The carrier would throttle a burst of more texts than it accepts per second.
    return Pace(provider.name, per_second, min(rules.requests_at_once, math.ceil(per_second)))


def _texting_order(settings: Settings) -> tuple[str, ...]:
    """Return the names of the configured providers of texts, preferred one first."""
    gateways = {each.name: each for each in settings.gateways}
    are_set = {TWILIO: settings.twilio, SMPP: settings.sms_centre, **gateways}
    order = sorted(are_set, key=lambda name: name != settings.sms_first)
    return tuple(name for name in order if are_set[name])


def _smpp_sms(centre: SmsCentre, runtime: Runtime) -> ChannelClient:
    require(extras.SMPP, "ALERTING_SMPP_URL")
    # Halved, because a text may wait this long for the connection, and again for the response.
    wait = runtime.policy.sending.answer_within.total_seconds() / 2
    heard = InboundSms(runtime)
    login = Login(centre.host, centre.port, centre.system_id, centre.password, answer_seconds=wait)
    return smpp_sms(login, centre.sender, heard.receipt, heard.text, heard.part)


class InboundSms:
    """Handlers of an SMS centre's receipts and incoming texts, like the webhooks of Twilio.

    If a handler raises, the centre delivers the message again.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def receipt(self, receipt: "Receipt") -> None:
        """Record a delivery receipt.

        Raises:
            NotFoundError: if no text has this id, which may not be stored yet.
        """
        named = NamedReceipt(
            provider=SMPP,
            provider_id=receipt.message_id,
            may_mean=[spellings(plain) for plain in answered_ids(receipt.message_id).values()],
            phones=receipt.phones,
            state=receipt.state,
            error_code=receipt.error_code,
        )
        await record_receipt_by_id(self._runtime, named)

    async def text(self, received: "ReceivedText") -> None:
        """Process an incoming text as a reply."""
        text = IncomingText(
            received.message_id,
            received.sender,
            received.body,
            received_at=self._runtime.clock.now(),
            is_whole=received.is_whole,
        )
        await take_text(self._runtime, text)

    async def part(self, sender: str, part: "Part") -> "list[Part]":
        """Store a part of a long text; return all stored parts of the text."""
        place = part.place
        kept = await keep_part(
            self._runtime,
            TextPart(
                sender,
                *(place.reference, place.total, place.number),
                *(part.octets.hex(), part.data_coding, part.message_id),
            ),
        )
        return [
            Part(
                each.message_id,
                bytes.fromhex(each.octets),
                each.data_coding,
                Place(each.reference, each.number, each.total),
            )
            for each in kept
        ]
