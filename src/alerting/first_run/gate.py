"""The right to set up a new service: from its own machine, or with a code from its log."""

from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import Request
from sqlalchemy import Connection, select

from alerting.access.callers import is_foreign
from alerting.database.engine import Database
from alerting.setting_values import is_this_machine
from contacts.sign_in.typed_codes import is_same_code, new_code
from contacts.tables import OFFICERS

log = structlog.get_logger()

_TRIES: Final = 10


class FirstRunGate:
    """Decides who may set up a new service, by a one-time code.

    The code is logged when somebody first opens a page of the service. It becomes invalid after ten
    wrong tries or once there is an administrator. No code is needed if both the public URL and the
    browser are on this machine. The browser's address alone proves nothing, because behind a proxy
    every browser seems to be on this machine.
    """

    def __init__(self, database: Database, public_url: str) -> None:
        self._database = database
        self._public_url = public_url
        self._code = new_code()
        self._tries = _TRIES
        self._is_logged = False
        self._is_founded = False

    async def is_open(self) -> bool:
        """Return whether the service has no officers; log the code the first time it has none.

        Once there is an officer, the database is not queried again.
        """
        if not self._is_founded:
            self._is_founded = await self._database.read(is_founded)
        if not self._is_founded and not self._is_logged:
            self._is_logged = True
            log.warning("first run", page=f"{self._public_url}/setup", code=self._code)
        return not self._is_founded

    def needs_code(self, request: Request) -> bool:
        """Return whether this browser must give the code."""
        here = is_this_machine(urlsplit(self._public_url).hostname or "")
        return not (here and request.client and is_this_machine(request.client.host))

    def admits(self, request: Request, code: str) -> bool:
        """Return whether this request may set up the service; a wrong code uses up a try."""
        if is_foreign(request):
            return False
        if not self.needs_code(request):
            return True
        if self._tries <= 0:
            return False
        is_right = is_same_code(code, self._code)
        if not is_right:
            self._tries -= 1
            log.warning("wrong code of the first run", tries_left=self._tries)
        return is_right


def is_founded(connection: Connection) -> bool:
    """Return whether the service has an officer."""
    return connection.execute(select(OFFICERS.c.id).limit(1)).first() is not None
