"""The doctor warns of wrong work-group addresses, and shows only the group's name."""

from pydantic import SecretStr

from alerting.doctor.finding import Severity
from alerting.doctor.work_groups import group_findings
from alerting.setting_values import GroupAddress

GOOD = GroupAddress("511921/1", "511921", SecretStr("json://token:secret@127.0.0.1/x"))
WRONG = GroupAddress("511921/2", "511921", SecretStr("nosuchservice://secret"))


async def test_known_addresses_are_good() -> None:
    (found,) = await group_findings([GOOD])
    assert found.severity is Severity.GOOD


async def test_unknown_address_is_a_warning_that_does_not_show_it() -> None:
    (found,) = await group_findings([GOOD, WRONG])
    assert found.severity is Severity.WARNING
    assert "511921/2" in repr(found)
    assert "secret" not in repr(found)


async def test_there_is_no_finding_without_groups() -> None:
    assert await group_findings([]) == []
