"""Check that every officer whose role requires a passkey has one."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import Connection, exists, func, select

from alerting.doctor.finding import Finding, Part, failure, good, warning
from alerting.policy.policy import Policy
from contacts.tables import OFFICERS, PASSKEYS


def passkey_findings(connection: Connection, policy: Policy) -> list[Finding]:
    """Return a finding about officers without a required passkey; empty if no role requires it."""
    roles = policy.sign_in.passkey_roles
    if not roles:
        return []
    has_one = exists().where(PASSKEYS.c.officer == OFFICERS.c.id)
    lack = select(func.count()).select_from(OFFICERS).where(OFFICERS.c.role.in_(roles), ~has_one)
    if missing := connection.scalar(lack):
        return [
            warning(
                Part.ROSTER,
                f"{missing:,} officers lack a passkey, which their role requires",
                "give each a link by 'alerting officers link ID', or a recovery code from an "
                "administrator above them; then they add a passkey at /passkeys",
            )
        ]
    return [good(Part.ROSTER, f"each {' and '.join(roles)} has a passkey")]


def passkey_address_finding(public_url: str, policy: Policy) -> Finding | None:
    """Return a failure if passkeys are required but the public URL has no host name.

    Browsers refuse passkeys at an IP address.
    """
    if not (policy.sign_in.passkey_roles and _is_digits(urlsplit(public_url).hostname or "")):
        return None
    return failure(
        Part.SETTINGS,
        f"ALERTING_PUBLIC_URL: browsers bind passkeys to a host name, but {public_url} has none",
        "set an address with a host name, or empty passkey_roles in [sign_in] of the policy",
    )


def _is_digits(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
