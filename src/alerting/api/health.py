"""Health endpoints: liveness, readiness (a database write), and metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.rules import LEADS
from alerting.database.lease import beat
from alerting.errors import ForbiddenError
from alerting.runtime import wall_clock

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Answer 200 while the process is alive."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(runtime: RuntimeDep) -> dict[str, str]:
    """Answer 200 after a committed write; 503 with the reason if the database refuses it."""
    now = wall_clock()
    await runtime.ledger.write(lambda transaction: beat(transaction.connection, now))
    return {"status": "ready"}


@router.get("/metrics")
async def metrics(caller: Caller) -> Response:
    """Return this process's metrics in Prometheus format.

    Leading officers and administrators may read them; a scraper needs the token of such an officer.
    """
    if caller.role not in LEADS:
        raise ForbiddenError(
            "only duty officers, commanders and administrators may read the metrics"
        )
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
