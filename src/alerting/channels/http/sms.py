"""The channel that sends SMS through an HTTP gateway."""

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientPayloadError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
    TCPConnector,
)
from yarl import URL

from alerting.channels.http.answers import doubtful, not_sent, read_answer, unwritable
from alerting.channels.http.request import request_for
from alerting.channels.http.signature import HttpRequest, Secrets
from alerting.deliveries.channel import Answer, Message
from alerting.logs import failure_told
from alerting.policy.gateways import Gateway
from alerting.runtime import wall_clock

_MOST_ANSWER: Final = 64 * 1024

_MOST_REMEMBERED: Final = 10_000


class HttpSms:
    """Sends one request per text. Create it inside a running event loop."""

    def __init__(
        self,
        gateway: Gateway,
        values: Secrets,
        public_url: str,
        requests_at_once: int,
        answer_within: timedelta,
    ) -> None:
        self._gateway = gateway
        self._values = values
        self._public_url = public_url
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._session = ClientSession(
            connector=TCPConnector(limit=requests_at_once),
            timeout=ClientTimeout(total=answer_within.total_seconds()),
            middlewares=(_once,),
        )

    async def send(self, message: Message) -> Answer:
        """Send one text; after a 5xx, a time-out or a broken connection, the outcome is unknown."""
        try:
            request = request_for(
                self._gateway,
                self._values,
                self._public_url,
                message,
                now=wall_clock(),
                nonce=secrets.token_hex(16),
            )
        except ValueError as failure:
            return unwritable(str(failure))
        try:
            answer = await self._ask(request)
        except ClientConnectorError as failure:
            # No connection was made, so the gateway cannot have the text.
            return not_sent(failure_told(failure))
        except (ClientError, TimeoutError, OSError, RuntimeError) as failure:
            return doubtful(failure_told(failure))
        self._remember(message.token, answer)
        return answer

    async def look_up(self, message: Message, since: datetime) -> Answer:
        """Return the answer if it came but its outcome was not stored.

        A gateway can be asked about a text only by the id in the lost answer. A receipt with the
        attempt's token may still tell the outcome.
        """
        return self._answers.get(message.token, doubtful("the gateway cannot be asked"))

    async def close(self) -> None:
        """Close the connections to the gateway."""
        await self._session.close()

    def _remember(self, token: str, answer: Answer) -> None:
        self._answers[token] = answer
        if len(self._answers) > _MOST_REMEMBERED:
            self._answers.popitem(last=False)

    async def _ask(self, request: HttpRequest) -> Answer:
        async with self._session.request(
            request.method,
            URL(request.url, encoded=True),
            headers=request.headers,
            data=request.body or None,
            allow_redirects=False,
        ) as response:
            body = await _bounded(response)
            return read_answer(self._gateway.answer, response.status, response.headers, body)


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Make a request only once; aiohttp would repeat an interrupted GET and so send twice."""
    try:
        return await handler(request)
    except ClientConnectorError:
        raise
    except (ClientOSError, ServerDisconnectedError) as cut_off:
        raise ClientPayloadError(repr(cut_off)) from cut_off


async def _bounded(response: ClientResponse) -> bytes:
    """Return the response's body, cut at a maximum size; a cut body does not parse as JSON."""
    read = bytearray()
    async for chunk in response.content.iter_any():
        read += chunk
        if len(read) > _MOST_ANSWER:
            break
    return bytes(read[:_MOST_ANSWER])
