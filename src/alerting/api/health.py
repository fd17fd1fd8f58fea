"""Health endpoints: liveness, readiness to write, and the metrics for operators."""

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
    """Answer 200: the process is alive."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(runtime: RuntimeDep) -> dict[str, str]:
    """Commit a write; 503 with the reason if the database accepts none."""
    now = wall_clock()
    await runtime.ledger.write(lambda transaction: beat(transaction.connection, now))
    return {"status": "ready"}


@router.get("/metrics")
async def metrics(caller: Caller) -> Response:
    """Return the counters of this process, for those who lead or administer.

    A scraper needs a token as any caller does.
    """
    if caller.role not in LEADS:
        raise ForbiddenError("the counters are for leading roles and administrators")
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
