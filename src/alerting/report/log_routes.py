"""Route that exports an alert's log, which can be verified without the service."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from io import TextIOWrapper
from typing import IO, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection
from starlette.types import Receive, Scope, Send

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import refuses
from alerting.access.scope import alert_for
from alerting.database.tables import RowId
from alerting.errors import ForbiddenError
from alerting.ledger.alerts import StoredAlert
from alerting.report.export import write_export
from alerting.report.read import covers_whole
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from contacts.directory import Officer

router = APIRouter(prefix="/api/alerts", tags=["alerts"])

_MEDIA_TYPE: Final = "application/jsonl"

_LINES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {_MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "JSON Lines"}
}

_CHUNK_BYTES: Final = 256 * 1024


@router.get(
    "/{alert_id}/log.jsonl",
    response_class=StreamingResponse,
    responses=_LINES,
    openapi_extra=refuses(403),
)
async def get_log_export(
    alert_id: RowId, request: Request, caller: Caller, runtime: RuntimeDep
) -> StreamingResponse:
    """Export an alert's log and roll as JSON Lines, which `alerting ledger verify` can check.

    The file contains phone numbers and people's own words. The caller's division must cover the
    alert's whole area.
    """
    now, issuers = runtime.clock.now(), runtime.policy.issuer

    def write(db: Connection) -> tuple[IO[bytes], int]:
        alert = _whole_alert(db, alert_id, caller)
        # The file has no name, so nothing is left behind if the process dies.
        file = tempfile.TemporaryFile()  # noqa: SIM115 - `_FileResponse` closes it
        with ExitStack() as unless_written:
            unless_written.enter_context(file)
            lines = TextIOWrapper(file, "utf-8", newline="\n")
            write_export(db, alert, issuers, now, lines.write)
            lines.flush()
            length = file.tell()
            lines.detach()
            file.seek(0)
            unless_written.pop_all()
        return file, length

    file, length = await runtime.database.read(write)
    note_by(request, SecurityKind.EXPORTED, caller, detail=f"log {alert_id}")
    headers = {
        "Content-Disposition": f'attachment; filename="alert-{alert_id}.jsonl"',
        "Content-Length": str(length),
        "Cache-Control": "no-store",
    }
    return _FileResponse(file, headers)


def _whole_alert(connection: Connection, alert_id: int, caller: Officer) -> StoredAlert:
    alert = alert_for(connection, alert_id, caller)
    if not covers_whole(caller, alert):
        raise ForbiddenError(
            "this alert reaches beyond your division: ask an officer of a higher tier to export it",
            "这个预警超出您的管理范围：请由上一级导出日志",
        )
    return alert


class _FileResponse(StreamingResponse):
    """A response that streams a file and closes it, even if the client disconnects early."""

    def __init__(self, file: IO[bytes], headers: Mapping[str, str]) -> None:
        chunks = iter(partial(file.read, _CHUNK_BYTES), b"")
        super().__init__(chunks, headers=headers, media_type=_MEDIA_TYPE)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._file:
            await super().__call__(scope, receive, send)
