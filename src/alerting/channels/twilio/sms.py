"""The channel that sends SMS through Twilio, or a service with the same API."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from twilio.rest import Client

from alerting.channels.twilio.client import FAILURES, TwilioHttpClient, accepted, doubtful, failed
from alerting.deliveries.channel import Answer, Message
from alerting.deliveries.rules.delivery import Failure, OutcomeKind

_LEAST_VALIDITY_SECONDS: Final = 1

_LONGEST_VALIDITY_SECONDS: Final = 36_000

_LOOK_BACK: Final = 50

_SECOND: Final = timedelta(seconds=1)


class TwilioSms:
    """Sends with the SDK's asynchronous client. Create it inside a running event loop."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        base_url: str,
        public_url: str,
        requests_at_once: int,
        answer_within: timedelta,
    ) -> None:
        self._http = TwilioHttpClient(requests_at_once, answer_within)
        client = Client(account_sid, auth_token, http_client=self._http)
        client.api.base_url = base_url
        self._messages = client.messages
        self._sender = sender
        self._callback = f"{public_url}/twilio/status"

    async def send(self, message: Message) -> Answer:
        """Send one text; after a 5xx, a time-out or a broken connection, the outcome is unknown."""
        validity = min(max(message.valid_for, _LEAST_VALIDITY_SECONDS), _LONGEST_VALIDITY_SECONDS)
        try:
            created = await self._messages.create_async(
                to=message.to,
                from_=self._sender,
                body=message.body,
                status_callback=f"{self._callback}?{urlencode({'attempt': message.token})}",
                validity_period=validity,
            )
        except FAILURES as failure:
            return failed(failure)
        return accepted(created.sid)

    async def look_up(self, message: Message, since: datetime) -> Answer:
        """Look for the text among those to this number since the attempt; return its answer."""
        try:
            found = await self._messages.list_async(to=message.to, limit=_LOOK_BACK)
            for candidate in found:
                # Twilio cuts times to whole seconds, so our text's time may be up to 1 s before
                # `since`.
                is_new = candidate.date_created >= since - _SECOND
                if is_new and candidate.body == message.body and self._may_be_ours(candidate.from_):
                    return accepted(candidate.sid)
        except FAILURES as failure:
            return doubtful(failure)
        # The provider does not have the text, so a retry cannot send it twice.
        return Answer(OutcomeKind.REFUSED, failure=Failure.RETRY, detail="not found")

    def _may_be_ours(self, sender: str | None) -> bool:
        """Return whether a text from this sender may have been sent by this service.

        Another service of the same account may text the same words to the same phone at the same
        time. Only another sender number reveals that; with a number pool the sender is unknown.
        """
        numbers = {self._sender, sender or self._sender}
        return len(numbers) == 1 or not all(each.startswith("+") for each in numbers)

    async def close(self) -> None:
        """Close the connections to the provider."""
        await self._http.close()
