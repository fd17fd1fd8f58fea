"""Watches pages for console errors and calls to other hosts during a test."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket


@dataclass
class Watch:
    """Collects forbidden events: console errors, uncaught errors, calls to other hosts.

    A violation of the content security policy is an error on the console.
    """

    host: str
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Patterns of errors that a test expects, such as a refusal's status."""

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of a context, and its service worker."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("page", self._page)

    def check(self) -> None:
        """Fail with every event that was not expected."""
        unexpected = [
            each for each in self.problems if not any(re.search(one, each) for one in self.expected)
        ]
        assert not unexpected, "\n".join(unexpected)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"{message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.problems.append(str(error.error))

    def _request(self, request: Request) -> None:
        self._called(request.url)

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        self._called(socket.url)

    def _called(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.problems.append(f"another host was called: {url}")
