"""Work groups above an unwoken officer get a post that names the officer's division."""

import pytest
from sqlalchemy import insert

from alerting.ledger.alerts import stored
from alerting.ledger.writer import Ledger, Transaction
from alerting.officer_calls.escalate import tell_above
from alerting.officer_calls.tell_groups import tell_groups_of_unwoken
from alerting.policy.policy import parse_policy
from contacts.tables import OFFICERS
from tests.support.city import CITY, COUNTY, NEXT_VILLAGE, QIANFO, officer_phone
from tests.support.followed_alert import Followed
from tests.support.group_services import enlist, posts_owed


async def unwoken(followed: Followed, *officers: str) -> list[tuple[str, str]]:
    """Report these officers as unwoken; return group and text of each post."""
    silent = [followed.work.somebody(officer) for officer in officers]

    def unit(transaction: Transaction) -> None:
        alert = stored(transaction.connection, followed.alert)
        tell_above(transaction, alert, silent, followed.at(480))

    await followed.work.runtime.ledger.write(unit)
    owed = [row for row in posts_owed(followed.work) if row.kind == "group_unwoken"]
    return [(row.recipient, row.body) for row in owed]


async def test_groups_above_get_divisions_without_names(followed: Followed) -> None:
    await enlist(followed.work, COUNTY, QIANFO)
    ((group, body),) = await unwoken(followed, "grid", "informant", "next-grid")
    assert group == f"{COUNTY}/1"
    assert body.startswith("演练：应急指挥部：3名责任人叫不应：千佛村、邻村。")
    assert "officer" not in body


async def test_own_group_is_told_if_no_group_is_above(followed: Followed) -> None:
    await enlist(followed.work, QIANFO, NEXT_VILLAGE, CITY)
    assert [group for group, _ in await unwoken(followed, "city-duty")] == [f"{CITY}/1"]


async def test_nothing_is_posted_without_groups(followed: Followed) -> None:
    assert await unwoken(followed, "grid") == []


@pytest.mark.parametrize(
    ("policy", "listed"),
    [
        ("names = true", "千佛村 officer grid"),
        ("phones = true", f"千佛村 {officer_phone('grid')}"),
    ],
)
async def test_policy_allows_names_and_phones_in_posts(
    followed: Followed, policy: str, listed: str
) -> None:
    await enlist(followed.work, COUNTY)
    allowed = parse_policy(f"[work_group]\n{policy}")
    ledger = Ledger(followed.work.runtime.database, lambda _topic: None, allowed)
    officer = followed.work.somebody("grid")

    def unit(transaction: Transaction) -> None:
        alert = stored(transaction.connection, followed.alert)
        tell_groups_of_unwoken(transaction, alert, [officer], followed.at(480), alert.expires)

    await ledger.write(unit)
    await ledger.close()
    (row,) = (row for row in posts_owed(followed.work) if row.kind == "group_unwoken")
    assert f"：{listed}。" in row.body


async def test_long_list_is_split_over_several_posts(followed: Followed) -> None:
    await enlist(followed.work, COUNTY)
    names = [f"晚醒的责任人{number:02d}" for number in range(90)]
    new = {"role": "grid_officer", "division": NEXT_VILLAGE}
    followed.work.change(insert(OFFICERS).values([{"id": n, "name": n, **new} for n in names]))
    ledger = Ledger(
        followed.work.runtime.database,
        lambda _topic: None,
        parse_policy("[work_group]\nnames = true"),
    )
    officers = [followed.work.somebody(name) for name in names]

    def unit(transaction: Transaction) -> None:
        alert = stored(transaction.connection, followed.alert)
        tell_groups_of_unwoken(transaction, alert, officers, followed.at(480), alert.expires)

    await ledger.write(unit)
    await ledger.close()
    posts = [row.body for row in posts_owed(followed.work) if row.kind == "group_unwoken"]
    assert len(posts) == 2
    assert [sum(name in post for post in posts) for name in names] == [1] * 90
    assert [f"（{n}/2）" in post for n, post in enumerate(posts, 1)] == [True] * 2
