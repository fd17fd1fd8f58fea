"""Machines' tokens are stored hashed, expire, can be revoked, and fit one kind of machine."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from alerting.access.machines import (
    MachineKind,
    issue_machine_token,
    machine_of_token,
    revoke_machine_tokens,
)
from alerting.access.tables import machine_tokens
from tests.support.city import NOW, after

AN_HOUR = timedelta(hours=1)
SENSOR, SENDER = MachineKind.SENSOR, MachineKind.CAP_SENDER


def test_token_authenticates_until_it_expires_or_is_revoked(engine: Engine) -> None:
    with engine.begin() as connection:
        token = issue_machine_token(connection, SENSOR, "gauge", NOW, AN_HOUR)
        other = issue_machine_token(connection, SENSOR, "other", NOW, AN_HOUR)
        assert machine_of_token(connection, SENSOR, token, after(3_599)) == "gauge"
        assert machine_of_token(connection, SENSOR, token, after(3_600)) is None
        assert machine_of_token(connection, SENSOR, "x", NOW) is None
        assert token not in connection.execute(select(machine_tokens.c.hash)).scalars().all()
        assert revoke_machine_tokens(connection, SENSOR, "gauge", NOW) == 1
        assert revoke_machine_tokens(connection, SENSOR, "gauge", NOW) == 0
        assert machine_of_token(connection, SENSOR, token, NOW) is None
        assert machine_of_token(connection, SENSOR, other, NOW) == "other"


def test_token_of_one_kind_is_not_accepted_for_another(engine: Engine) -> None:
    with engine.begin() as connection:
        token = issue_machine_token(connection, SENSOR, "both", NOW, AN_HOUR)
        assert machine_of_token(connection, SENDER, token, NOW) is None
        assert revoke_machine_tokens(connection, SENDER, "both", NOW) == 0
        assert machine_of_token(connection, SENSOR, token, NOW) == "both"


def test_validity_of_zero_is_refused(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(ValueError, match="write a time above zero"):
        issue_machine_token(connection, SENSOR, "gauge", NOW, timedelta(0))
