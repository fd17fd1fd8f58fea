"""The channel that makes voice calls through Twilio, or a service with the same API."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from twilio.rest import Client

from alerting.channels.twilio.client import FAILURES, TwilioHttpClient, accepted, doubtful, failed
from alerting.deliveries.channel import Answer, Message
from alerting.deliveries.rules.delivery import Failure, OutcomeKind

_LOOK_BACK: Final = 50

_SECOND: Final = timedelta(seconds=1)

_EVENTS: Final = ("answered", "completed")


class TwilioVoice:
    """Calls with the SDK's asynchronous client. Create it inside a running event loop.

    The request has no speech. Twilio fetches it from our webhook when the phone is answered, so
    that a cancelled alert is not read out. Answering machine detection runs during the speech
    (`AsyncAmd`), because otherwise a person would first hear some seconds of silence. Its result
    comes to a separate callback.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        caller: str,
        base_url: str,
        public_url: str,
        calls_at_once: int,
        ring: timedelta,
        answer_within: timedelta,
    ) -> None:
        self._http = TwilioHttpClient(calls_at_once, answer_within)
        client = Client(account_sid, auth_token, http_client=self._http)
        client.api.base_url = base_url
        self._calls = client.calls
        self._caller = caller
        self._public_url = public_url
        self._ring_seconds = max(1, round(ring.total_seconds()))

    async def send(self, message: Message) -> Answer:
        """Make one call; after a 5xx, a time-out or a broken connection, the outcome is unknown."""
        attempt = urlencode({"attempt": message.token})
        try:
            created = await self._calls.create_async(
                to=message.to,
                from_=self._caller,
                url=f"{self._public_url}/twilio/voice?{attempt}",
                machine_detection="Enable",
                async_amd="true",
                async_amd_status_callback=f"{self._public_url}/twilio/answered-by?{attempt}",
                timeout=self._ring_seconds,
                status_callback=f"{self._public_url}/twilio/call-status?{attempt}",
                status_callback_event=list(_EVENTS),
            )
        except FAILURES as failure:
            return failed(failure)
        return accepted(created.sid)

    async def look_up(self, message: Message, since: datetime) -> Answer:
        """Look for our call among those to this number since the attempt; return its answer."""
        try:
            found = await self._calls.list_async(
                to=message.to, from_=self._caller, limit=_LOOK_BACK
            )
            for candidate in found:
                # Twilio cuts times to whole seconds, so our call's time may be up to 1 s before
                # `since`.
                if candidate.date_created >= since - _SECOND:
                    return accepted(candidate.sid)
        except FAILURES as failure:
            return doubtful(failure)
        # The provider does not have the call, so a retry cannot call twice.
        return Answer(OutcomeKind.REFUSED, failure=Failure.RETRY, detail="not found")

    async def close(self) -> None:
        """Close the connections to the provider."""
        await self._http.close()
