"""The notice of a recovery code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerting.messages.text import segments
from alerting.sign_in.recovery_notice import recovery_notice
from contacts.directory import Officer
from contacts.people import Role
from tests.support.city import POLICY, TOWN

ENDS_AT = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
OFFICER = Officer("grid", "何翠英", Role.GRID_OFFICER, TOWN, None, phones=("+8610000000104",))


@pytest.mark.parametrize("language", ["zh", "en", "es", None])
def test_notice_names_the_administrator_and_the_end(language: str | None) -> None:
    whom = replace(OFFICER, language=language)
    now = ENDS_AT - timedelta(minutes=15)
    notice = recovery_notice(whom, "张主任", ENDS_AT, POLICY, now)
    assert "张主任" in notice.body
    assert "12:30" in notice.body
    assert notice.facts["listed"] == "张主任"
    assert segments(notice.body).count <= 2
    assert notice.expires_at > ENDS_AT
