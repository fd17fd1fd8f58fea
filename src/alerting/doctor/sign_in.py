"""Check that officers whose role may sign in only with a passkey have one."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import Connection, exists, func, select

from alerting.doctor.finding import Finding, Part, failure, good, warning
from alerting.policy.policy import Policy
from contacts.tables import OFFICERS, PASSKEYS


def passkey_findings(connection: Connection, policy: Policy) -> list[Finding]:
    """Return how many of these officers have no passkey; nothing where no role needs one."""
    roles = policy.sign_in.passkey_roles
    if not roles:
        return []
    has_one = exists().where(PASSKEYS.c.officer == OFFICERS.c.id)
    lack = select(func.count()).select_from(OFFICERS).where(OFFICERS.c.role.in_(roles), ~has_one)
    if missing := connection.scalar(lack):
        return [
            warning(
                Part.ROSTER,
                f"{missing:,} officers of roles that sign in with a passkey have none",
                "show each a link by 'alerting officers link ID', or let an administrator above "
                "make a recovery code; then they add one at /passkeys",
            )
        ]
    return [good(Part.ROSTER, f"each {' and '.join(roles)} has a passkey")]


def passkey_address_finding(public_url: str, policy: Policy) -> Finding | None:
    """Return a failure if passkeys are required at an address where browsers refuse them."""
    if not (policy.sign_in.passkey_roles and _is_digits(urlsplit(public_url).hostname or "")):
        return None
    return failure(
        Part.SETTINGS,
        f"ALERTING_PUBLIC_URL: browsers bind passkeys to a name, and {public_url} has none",
        "set an address with a name, or empty passkey_roles in [sign_in] of the policy",
    )


def _is_digits(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
