"""Posts are claimed one at a time for each group, within its rate limit, and recorded once."""

from datetime import timedelta

from sqlalchemy import select

from alerting.deliveries.claims import Claimed
from alerting.deliveries.providers import all_healths
from alerting.ledger.events.sending import GroupsAttempted
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.work_groups.claims import claim_posts, record_posts
from alerting.work_groups.outcomes import after_post
from alerting.work_groups.poster import Posted, Verdict
from alerting.work_groups.rules import WorkGroup
from alerting.work_groups.tell import Post, tell_groups
from tests.support.city import COUNTY, QIANFO, TOWN, after
from tests.support.followed_alert import Followed
from tests.support.group_services import posts_owed, tries

NAMES = (f"{COUNTY}/1", f"{TOWN}/1")
GROUPS = (WorkGroup(NAMES[0], COUNTY), WorkGroup(NAMES[1], TOWN))


async def owe(followed: Followed, *bodies: str, to: tuple[WorkGroup, ...] = GROUPS) -> None:
    def unit(transaction: Transaction) -> None:
        for body in bodies:
            kind, at = TextKind.GROUP_UNWOKEN, followed.began
            tell_groups(transaction, Post(followed.alert, kind, body, at, followed.at(3_600)), to)

    await followed.work.runtime.ledger.write(unit)


async def claimed(
    followed: Followed, *names: str, seconds: float = 0, room: int = 32
) -> list[Claimed]:
    """Claim posts when the machine's clock is `seconds` after the start; return the claims."""
    now, wall = followed.at(1), after(seconds)

    def take(transaction: Transaction) -> list[Claimed]:
        until = wall + timedelta(seconds=30)
        return claim_posts(transaction, names or NAMES, room, now=now, wall=wall, lease_until=until)

    return await followed.work.runtime.ledger.write(take, own_transaction=True)


async def test_each_group_gets_its_oldest_post_first(followed: Followed) -> None:
    await owe(followed, "first", "second")
    assert [(one.number, one.body) for one in await claimed(followed)] == [
        (NAMES[0], "first"),
        (NAMES[1], "first"),
    ]
    assert [(one.attempt, one.body) for one in await claimed(followed, NAMES[1])] == [(1, "second")]
    assert await claimed(followed, NAMES[1]) == []
    assert [row.state for row in posts_owed(followed.work)] == [
        "sending",
        "queued",
        "sending",
        "sending",
    ]
    assert [row.outcome for row in tries(followed.work)] == [None, None, None]


async def test_claims_are_limited_to_the_free_slots(followed: Followed) -> None:
    await owe(followed, "first")
    assert len(await claimed(followed, room=1)) == 1


async def test_group_without_an_address_in_this_process_is_not_claimed(followed: Followed) -> None:
    await owe(followed, "first")
    assert await claimed(followed, "somebody/1") == []
    assert {row.state for row in posts_owed(followed.work)} == {"queued"}


async def test_no_group_gets_more_posts_a_minute_than_the_policy_allows(
    followed: Followed,
) -> None:
    await owe(followed, *(f"post {number}" for number in range(40)), to=GROUPS[:1])
    sent = []
    for second in range(180):
        sent += [second for _ in await claimed(followed, NAMES[0], seconds=second)]
    minutes = [sum(start <= at < start + 60 for at in sent) for start in range(120)]
    most = followed.work.runtime.policy.work_group.per_minute
    assert most - 1 <= max(minutes) <= most
    assert len(sent) > 15


async def test_group_at_its_limit_does_not_delay_others(followed: Followed) -> None:
    await owe(followed, *(f"post {number}" for number in range(10)), to=GROUPS[:1])
    while await claimed(followed, NAMES[0]):
        pass
    await owe(followed, "to the town", to=GROUPS[1:])
    assert [one.number for one in await claimed(followed)] == [NAMES[1]]


async def test_outcomes_of_posts_have_their_own_log_event(followed: Followed) -> None:
    await owe(followed, "first")
    taken, refused = await claimed(followed)
    runtime = followed.work.runtime
    outcomes = [
        after_post(runtime, taken, Posted(Verdict.TAKEN)),
        after_post(runtime, refused, Posted(Verdict.REFUSED, 404)),
    ]
    await runtime.ledger.write(lambda tx: record_posts(tx, outcomes))
    await runtime.ledger.write(lambda tx: record_posts(tx, outcomes))
    ends = select(events.c.payload).where(events.c.kind.like("%.attempted"))
    (end,) = followed.rows(ends)
    assert GroupsAttempted.read(end.payload) == GroupsAttempted(accepted=1, refused=1)
    assert [(row.outcome, row.error_code) for row in tries(followed.work)] == [
        ("accepted", None),
        ("refused", 404),
    ]
    assert followed.work.runtime.database.look(all_healths) == {}


async def test_post_does_not_count_as_reaching_anybody(followed: Followed) -> None:
    before = followed.on_roll(f"{QIANFO}0001")
    await owe(followed, "first")
    for one in await claimed(followed):
        outcome = after_post(followed.work.runtime, one, Posted(Verdict.TAKEN))
        await followed.work.runtime.ledger.write(lambda tx, o=outcome: record_posts(tx, [o]))
    assert followed.on_roll(f"{QIANFO}0001") == before
    confirmed = select(events).where(events.c.kind == "officer.confirmed")
    assert [row.subject for row in followed.rows(confirmed)] == ["grid"]
