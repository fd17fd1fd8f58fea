"""The doctor counts officers without a required passkey, and checks the public address."""

import pytest
from sqlalchemy import Engine

from alerting.doctor.finding import Severity
from alerting.doctor.sign_in import passkey_address_finding, passkey_findings
from alerting.policy.policy import Policy, default_policy, parse_policy
from alerting.runtime import wall_clock
from contacts.sign_in.passkeys import NewPasskey, add_passkey
from tests.support.city import found_city

ADMINISTRATORS = parse_policy('[sign_in]\npasskey_roles = ["administrator"]')


def said(engine: Engine, policy: Policy) -> list[tuple[Severity, str]]:
    with engine.begin() as connection:
        found = passkey_findings(connection, policy)
    return [(each.severity, each.said) for each in found]


def test_officers_without_a_required_passkey_are_counted(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    assert said(engine, default_policy()) == []
    ((severity, words),) = said(engine, ADMINISTRATORS)
    assert (severity, words.split()[0]) == (Severity.WARNING, "1")
    with engine.begin() as connection:
        new = NewPasskey("phone", "id", "key", 0)
        add_passkey(connection, "administrator", new, wall_clock())
    assert said(engine, ADMINISTRATORS) == [
        (Severity.GOOD, "each administrator has a passkey"),
    ]


@pytest.mark.parametrize(
    ("address", "fails"),
    [
        ("https://alert.example", False),
        ("http://localhost:8000", False),
        ("http://127.0.0.1:8000", True),
        ("https://[::1]", True),
    ],
)
def test_ip_address_fails_if_a_role_requires_passkeys(address: str, fails: bool) -> None:
    assert (passkey_address_finding(address, ADMINISTRATORS) is not None) is fails
    assert passkey_address_finding(address, default_policy()) is None
