"""Post status callbacks and inbound texts to the service, with faults applied."""

import asyncio
from typing import Final

from alerting.drill.gateway.faults import Faults, Stage
from alerting.drill.gateway.poster import NEVER_GIVE_UP, Poster
from alerting.drill.gateway.store import API_VERSION, Message
from alerting.drill.timers import StoryClock

PATIENCE_SECONDS: Final = 120.0  # real time; a killed service restarts well within it


class Callbacks:
    """Posts the status of texts and calls to the service."""

    def __init__(self, poster: Poster, faults: Faults, clock: StoryClock) -> None:
        self._poster = poster
        self._faults = faults
        self._clock = clock

    def report(self, url: str | None, form: dict[str, str]) -> None:
        """Post the form to `url` if there is one; a fault may drop, repeat or delay the post."""
        if url is None:
            return
        fault = self._faults.draw(Stage.CALLBACK, self._clock.now())
        kind = None if fault is None else fault.kind
        if kind == "lost_callback":
            return
        if fault is not None and kind == "reordered_callback":
            loop = asyncio.get_running_loop()
            loop.call_later(self._faults.spread(fault.seconds), self._post, url, form)
            return
        self._post(url, form)
        if kind == "repeated_callback":
            self._post(url, form)

    def _post(self, url: str, form: dict[str, str]) -> None:
        self._poster.post(url, form, PATIENCE_SECONDS)


class Webhooks:
    """The service's webhooks for the status of its texts and for inbound texts."""

    def __init__(self, callbacks: Callbacks, poster: Poster, sms_webhook: str | None) -> None:
        self._callbacks = callbacks
        self._poster = poster
        self._sms_webhook = sms_webhook

    def report(self, message: Message) -> None:
        """Post the status of a text."""
        self._callbacks.report(message.status_callback, status_form(message))

    def bring(self, message: Message) -> asyncio.Future[str | None] | None:
        """Post an inbound text until it is answered; return a future for the answer's body.

        Return None if no webhook is configured.
        """
        if self._sms_webhook is None:
            return None
        return self._poster.post(self._sms_webhook, inbound_form(message), NEVER_GIVE_UP)


def status_form(message: Message) -> dict[str, str]:
    """Return the form fields of a text's status callback."""
    form = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.from_,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.to,
    }
    if message.service_sid is not None:
        form["MessagingServiceSid"] = message.service_sid
    if message.error_code is not None:
        form["ErrorCode"] = str(message.error_code)
    if message.status in {"delivered", "undelivered"}:
        form["RawDlrDoneDate"] = message.updated_at.strftime("%y%m%d%H%M")
    return form


def inbound_form(message: Message) -> dict[str, str]:
    """Return the form fields of an inbound text."""
    return {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.from_,
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": str(message.segments),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
    }
