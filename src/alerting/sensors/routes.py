"""HTTP routes that receive sensors' readings and list sensors."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.machines import MachineKind, calling_machine, unknown_machine
from alerting.access.openapi import REFUSALS
from alerting.policy.sensors import Sensor
from alerting.sensors.listing import sensors_for
from alerting.sensors.receive import receive
from alerting.sensors.schemas import SensorBody, SensorReadingsBody, TakenBody

router = APIRouter(prefix="/api/sensors", tags=["sensors"])


SensorName = Annotated[str, Path(max_length=40, description="the sensor's name in the policy")]


async def _known_sensor(request: Request, name: SensorName, runtime: RuntimeDep) -> Sensor:
    """Return the sensor that the path names, if the request has that sensor's token.

    Raises:
        HTTPException: 401, if the token is missing, invalid or another sensor's, or if the policy
            no longer has the sensor.
    """
    caller = await calling_machine(request, MachineKind.SENSOR)
    for sensor in runtime.policy.sensors:
        if sensor.name == caller == name:
            return sensor
    raise unknown_machine(MachineKind.SENSOR)


KnownSensor = Annotated[Sensor, Depends(_known_sensor)]


@router.post("/{name}/readings", openapi_extra={REFUSALS: [429], "security": [{"bearer": []}]})
async def post_readings(
    body: SensorReadingsBody, sensor: KnownSensor, runtime: RuntimeDep
) -> TakenBody:
    """Receive up to 100 readings of the sensor to which the token belongs.

    All readings are stored, even those that do not count; a reading's verdict says why.
    """
    now = runtime.clock.now()
    readings = [each.reading(now) for each in body.readings]
    return TakenBody.of(await receive(runtime, sensor, now, readings))


@router.get("")
async def get_sensors(caller: Caller, runtime: RuntimeDep) -> list[SensorBody]:
    """List the sensors that concern the caller, with their state and latest news."""
    sensors = runtime.policy.sensors
    found = await runtime.database.read(lambda db: sensors_for(db, sensors, caller))
    return [SensorBody.of(each) for each in found]
