"""Sensors' bearer tokens, and the sensor whose token came with a request."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, HTTPException, status
from sqlalchemy import Connection, insert, select, update
from starlette.requests import HTTPConnection

from alerting.access.callers import desk_of
from alerting.policy.sensors import Sensor
from alerting.runtime import wall_clock
from alerting.sensors.tables import sensor_tokens
from contacts.sign_in.credentials import hash_of

_SCHEME: Final = "bearer "


def issue_sensor_token(
    connection: Connection, sensor: str, now: datetime, valid_for: timedelta
) -> str:
    """Return a new token of the sensor; it cannot be read again.

    Raises:
        ValueError: if the time of validity is not positive.
    """
    if valid_for <= timedelta(0):
        raise ValueError(f"a token cannot be valid for {valid_for}: write a time above zero")
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(sensor_tokens).values(
            hash=hash_of(token), sensor=sensor, issued_at=now, expires_at=now + valid_for
        )
    )
    return token


def revoke_sensor_tokens(connection: Connection, sensor: str, now: datetime) -> int:
    """Revoke every token of the sensor; return the number newly revoked."""
    return connection.execute(
        update(sensor_tokens)
        .where(sensor_tokens.c.sensor == sensor, sensor_tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    ).rowcount


def sensor_of_token(connection: Connection, token: str, now: datetime) -> str | None:
    """Return the name of the sensor that holds the token, or None if it is not valid."""
    return connection.scalar(
        select(sensor_tokens.c.sensor).where(
            sensor_tokens.c.hash == hash_of(token),
            sensor_tokens.c.expires_at > now,
            sensor_tokens.c.revoked_at.is_(None),
        )
    )


async def known_sensor(connection: HTTPConnection) -> Sensor:
    """Return the sensor that the address names, if its own token came with the request.

    Raises:
        HTTPException: 401, if there is no token, it is not valid or another sensor's, or the
            policy no longer names the sensor.
    """
    runtime = desk_of(connection)
    header = connection.headers.get("authorization", "")
    if header[: len(_SCHEME)].lower() == _SCHEME:
        token, now = header[len(_SCHEME) :].strip(), wall_clock()
        name = await runtime.database.read(lambda db: sensor_of_token(db, token, now))
        for sensor in runtime.policy.sensors:
            if sensor.name == name == connection.path_params["name"]:
                return sensor
    raise HTTPException(
        status.HTTP_401_UNAUTHORIZED,
        "Send 'Authorization: Bearer TOKEN' with the token of this sensor, which the policy names "
        "in [[sensors]]; an administrator issues it with 'alerting sensors token NAME'",
        headers={"WWW-Authenticate": "Bearer"},
    )


KnownSensor = Annotated[Sensor, Depends(known_sensor)]
