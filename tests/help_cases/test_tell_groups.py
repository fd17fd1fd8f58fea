"""Help cases are posted to work groups, without names and phones unless the policy allows them."""

import re
from typing import Any

import pytest
from sqlalchemy import Engine, select

from alerting.accounting.record import record_evidence
from alerting.deliveries.tables import deliveries, texts
from alerting.help_cases.follow import pass_on_help_cases
from alerting.ledger.writer import Transaction
from alerting.policy.policy import Policy, parse_policy
from alerting.work_groups.store import enlist_groups
from tests.support.city import COUNTY, NEXT_VILLAGE, POLICY, QIANFO, after, household_phone
from tests.support.help_calls import HELP, called_out, told, word


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Store an alert for two villages; the county and Qianfo have work groups."""
    called_out(engine)
    with engine.begin() as connection:
        enlist_groups(connection, {f"{COUNTY}/1": COUNTY, f"{QIANFO}/1": QIANFO})
    return engine


def write(engine: Engine, unit: Any, policy: Policy = POLICY) -> None:
    with engine.begin() as connection:
        transaction = Transaction(connection, policy)
        unit(transaction)
        transaction.flush()


def call_for_help(engine: Engine, *villages: str, policy: str = "") -> None:
    words = [word(HELP, after(60), village=village) for village in villages]
    write(engine, lambda tx: record_evidence(tx, words), parse_policy(policy))


def posted(engine: Engine) -> list[tuple[str, str]]:
    with engine.begin() as connection:
        rows = connection.execute(
            select(deliveries.c.recipient, texts.c.body)
            .join(texts, texts.c.id == deliveries.c.text)
            .where(deliveries.c.channel == "group")
            .order_by(deliveries.c.id)
        )
        return [(row.recipient, row.body) for row in rows]


def test_post_names_only_village_and_household_number(city: Engine) -> None:
    call_for_help(city, QIANFO)
    ((group, body),) = posted(city)
    assert group == f"{QIANFO}/1"
    assert body.startswith("演练：应急指挥部：求助1户（13:11起）：千佛村 003。")
    assert "住户" not in body
    assert not re.search(r"\d{7}", body)


@pytest.mark.parametrize(
    ("policy", "listed"),
    [
        ("household_numbers = false", "千佛村。"),
        ("names = true", "千佛村 003 住户0003 3号。"),
        ("phones = true", f"千佛村 003 {household_phone(QIANFO, 3)}。"),
    ],
)
def test_policy_decides_what_a_post_says_about_a_household(
    city: Engine, policy: str, listed: str
) -> None:
    call_for_help(city, QIANFO, policy=f"[work_group]\n{policy}")
    ((_, body),) = posted(city)
    assert f"起）：{listed}" in body


def test_case_is_posted_to_the_towns_group_if_the_village_has_none(city: Engine) -> None:
    call_for_help(city, QIANFO, NEXT_VILLAGE)
    assert [group for group, _ in posted(city)] == [f"{COUNTY}/1", f"{QIANFO}/1"]
    assert "邻村 003" in dict(posted(city))[f"{COUNTY}/1"]


def test_case_that_is_passed_on_is_posted_to_the_new_owners_group(city: Engine) -> None:
    call_for_help(city, QIANFO)
    write(city, lambda tx: pass_on_help_cases(tx, after(360), 10))
    assert [group for group, _ in posted(city)] == [f"{QIANFO}/1", f"{COUNTY}/1"]


def test_officers_are_texted_even_if_a_group_gets_the_case(city: Engine) -> None:
    call_for_help(city, QIANFO)
    assert {recipient for recipient, _ in told(city)} == {"grid", "informant"}
