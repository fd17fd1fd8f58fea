"""The provider's REST API for texts and calls, which requires the account's credentials."""

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alerting.drill.gateway.calls import FINAL_STATUSES, Call
from alerting.drill.gateway.errors import ApiError
from alerting.drill.gateway.exchange import Exchange
from alerting.drill.gateway.faults import Fault, Faults, Stage
from alerting.drill.gateway.requests import Form, field, read_call, read_filters, read_script
from alerting.drill.gateway.requests import read_text as read_draft
from alerting.drill.gateway.store import API_VERSION
from alerting.drill.gateway.switchboard import Switchboard
from alerting.drill.timers import StoryClock

_MAX_PAGE: Final = 1000

_DEFAULT_PAGE: Final = 50

_CODE_OF_FAULT: Final = {"http_429": 20429, "http_500": 20500, "http_503": 20503}

_PERMITTED: Final = "+86"  # the account's geographic permissions

Endpoint = Callable[[Request], Awaitable[Response]]


class Api:
    """The routes under /2010-04-01/Accounts/{account}."""

    def __init__(
        self,
        account_sid: str,
        token: str,
        clock: StoryClock,
        faults: Faults,
        exchange: Exchange,
        switchboard: Switchboard,
        *,
        answer_delay: float,
    ) -> None:
        self._account_sid = account_sid
        credentials = b64encode(f"{account_sid}:{token}".encode()).decode()
        self._authorization = f"Basic {credentials}".encode()
        self._clock = clock
        self._faults = faults
        self._exchange = exchange
        self._switchboard = switchboard
        self._answer_delay = answer_delay

    def routes(self) -> list[Route]:
        """Return the routes, each guarded by the account's credentials."""
        base = f"/{API_VERSION}/Accounts/{{account}}"
        table: list[tuple[str, str, Endpoint]] = [
            (".json", "GET", self._fetch_account),
            ("/Messages.json", "POST", self._create_message),
            ("/Messages.json", "GET", self._list_messages),
            ("/Messages/{sid}.json", "GET", self._fetch_message),
            ("/Calls.json", "POST", self._create_call),
            ("/Calls.json", "GET", self._list_calls),
            ("/Calls/{sid}.json", "GET", self._fetch_call),
            ("/Calls/{sid}.json", "POST", self._update_call),
        ]
        return [
            Route(base + path, self._guard(endpoint), methods=[method])
            for path, method, endpoint in table
        ]

    def _guard(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if self._faults.draw(Stage.REQUEST, self._clock.now()) is not None:
                return await _hang_up(request)
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, self._authorization):
                raise ApiError(20003)
            if request.path_params["account"] != self._account_sid:
                raise ApiError(20404, request.url.path)
            return await endpoint(request)

        return guarded

    async def _fetch_account(self, request: Request) -> Response:
        uri = request.url.path
        account = {"sid": self._account_sid, "status": "active", "type": "Full", "uri": uri}
        return JSONResponse(account)

    async def _create_message(self, request: Request) -> Response:
        return await self._create(request, self._accept_text)

    async def _create_call(self, request: Request) -> Response:
        return await self._create(request, self._accept_call)

    async def _create(self, request: Request, accept: Callable[[Form], dict[str, Any]]) -> Response:
        form = await _read_form(request)
        fault = self._faults.draw(Stage.CREATE, self._clock.now())
        if fault is not None and fault.kind in _CODE_OF_FAULT:
            raise ApiError(_CODE_OF_FAULT[fault.kind])
        created = accept(form)
        if fault is not None and fault.kind == "accept_then_hang_up":
            return await _hang_up(request)
        delay = self._answer_delay + _delay_of(fault)
        if delay > 0:
            await asyncio.sleep(delay)
        return JSONResponse(created, 201)

    def _accept_text(self, form: Form) -> dict[str, Any]:
        draft = read_draft(form)
        if not draft.to.startswith(_PERMITTED):
            raise ApiError(21408, draft.to)
        if self._exchange.is_opted_out(draft.to, draft.from_):
            raise ApiError(21610)
        message = self._exchange.accept(draft)
        created = message.as_json()
        self._exchange.enqueue(message)
        return created

    def _accept_call(self, form: Form) -> dict[str, Any]:
        call = read_call(form, self._account_sid)
        created = call.as_json()
        self._switchboard.place(call)
        return created

    async def _fetch_message(self, request: Request) -> Response:
        message = self._exchange.messages.get(request.path_params["sid"])
        if message is None:
            raise ApiError(20404, request.url.path)
        return JSONResponse(message.as_json())

    async def _list_messages(self, request: Request) -> Response:
        query = request.query_params.multi_items()
        asked = dict(query)
        size = min(_MAX_PAGE, max(1, int(asked.get("PageSize", _DEFAULT_PAGE))))
        page = int(asked.get("Page", "0"))
        after = asked.get("PageToken", "").removeprefix("PA") or None
        found, more = self._exchange.messages.page(read_filters(query), after, size)
        next_uri = None
        if more:
            onward = {"PageSize": size, "Page": page + 1, "PageToken": f"PA{found[-1].sid}"}
            next_uri = f"{request.url.path}?{urlencode(asked | onward)}"
        return JSONResponse(
            {
                "first_page_uri": f"{request.url.path}?{urlencode({'PageSize': size, 'Page': 0})}",
                "next_page_uri": next_uri,
                "previous_page_uri": None,
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(0, len(found) - 1),
                "uri": f"{request.url.path}?{request.url.query}",
                "messages": [message.as_json() for message in found],
            }
        )

    async def _list_calls(self, request: Request) -> Response:
        """List the newest calls on a single page, because no client reads further pages."""
        asked = request.query_params
        size = min(_MAX_PAGE, max(1, int(asked.get("PageSize", _DEFAULT_PAGE))))
        found = self._switchboard.newest(asked.get("To"), asked.get("From"))[:size]
        return JSONResponse(
            {
                "next_page_uri": None,
                "page": 0,
                "page_size": size,
                "calls": [call.as_json() for call in found],
            }
        )

    async def _fetch_call(self, request: Request) -> Response:
        return JSONResponse(self._call(request).as_json())

    async def _update_call(self, request: Request) -> Response:
        call = self._call(request)
        form = await _read_form(request)
        status, script = field(form, "Status"), read_script(form)
        if call.status in FINAL_STATUSES:
            raise ApiError(21220)
        if status is not None:
            answered = call.status == "in-progress"
            self._switchboard.hang_up(call, "completed" if answered else "canceled")
        elif script is not None:
            self._switchboard.redirect(call, script)
        return JSONResponse(call.as_json())

    def _call(self, request: Request) -> Call:
        call = self._switchboard.calls.get(request.path_params["sid"])
        if call is None:
            raise ApiError(20404, request.url.path)
        return call


def _delay_of(fault: Fault | None) -> float:
    return fault.seconds if fault is not None and fault.kind == "delay" else 0.0


async def _read_form(request: Request) -> Form:
    return parse_qs((await request.body()).decode(), keep_blank_values=True)


async def _hang_up(request: Request) -> Response:
    """Close the connection without an answer; the response returned is never sent."""
    await request.body()
    request.state.hang_up()
    await request.receive()
    return Response()
