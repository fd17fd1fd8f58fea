"""HTTP routes for sensors: take readings in, list sensors."""

from typing import Annotated

from fastapi import APIRouter, Path

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.described import REFUSALS
from alerting.sensors.listing import sensors_for
from alerting.sensors.receive import receive
from alerting.sensors.schemas import SensorBody, SensorReadingsBody, TakenBody
from alerting.sensors.tokens import KnownSensor

router = APIRouter(prefix="/api/sensors", tags=["sensors"])


@router.post("/{name}/readings", openapi_extra={REFUSALS: [429], "security": [{"bearer": []}]})
async def post_readings(
    name: Annotated[str, Path(max_length=40, description="the sensor's name in the policy")],
    body: SensorReadingsBody,
    sensor: KnownSensor,
    runtime: RuntimeDep,
) -> TakenBody:
    """Take up to 100 readings of the sensor in whose name the token was issued.

    They are kept before they are judged; what does not count is kept too, and its verdict says why.
    """
    now = runtime.clock.now()
    readings = [each.reading(now) for each in body.readings]
    return TakenBody.of(await receive(runtime, sensor, now, readings))


@router.get("")
async def get_sensors(caller: Caller, runtime: RuntimeDep) -> list[SensorBody]:
    """List the sensors of the caller's divisions: last reading, level, silence, clock, news."""
    sensors = runtime.policy.sensors
    found = await runtime.database.read(lambda db: sensors_for(db, sensors, caller))
    return [SensorBody.of(each) for each in found]
