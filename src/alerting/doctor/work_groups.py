"""Check that apprise understands the addresses of the work groups; nothing is posted."""

from collections.abc import Sequence
from typing import Final

from alerting.doctor.finding import Finding, Part, good, warning
from alerting.setting_values import GroupAddress
from alerting.work_groups.poster import Poster, Verdict

_ANSWER_SECONDS: Final = 10.0


async def group_findings(groups: Sequence[GroupAddress]) -> list[Finding]:
    """Return a warning for each address that cannot be posted to, or one good finding for all.

    Wrong addresses are no failures, because nobody is reached by a group alone. No finding shows an
    address, because it contains a secret.
    """
    if not groups:
        return []
    poster = Poster(_ANSWER_SECONDS)
    try:
        checked = [(group.name, await poster.check(group.address)) for group in groups]
    finally:
        await poster.close()
    wrong = [
        warning(
            Part.PROVIDERS,
            f"work group {name}: apprise does not understand its address",
            "correct it in the file that ALERTING_WORK_GROUPS names, as apprise's pages describe",
        )
        for name, said in checked
        if said.verdict is not Verdict.TAKEN
    ]
    return wrong or [
        good(Part.PROVIDERS, f"apprise understands the addresses of the {len(groups)} work groups")
    ]
