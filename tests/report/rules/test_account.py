"""An account counts each household and each person once."""

from typing import Final

from alerting.report.rules.account import Account, Number
from alerting.roll.rules.standing import fold
from tests.support.evidence import OFFICER, said

HOMES: Final = (
    (said("evacuated"),),
    (said("evacuated", rung=OFFICER),),
    (said("evacuated", count=1, rung=OFFICER),),
    (said("elsewhere"),),
    (said("needs_help"),),
    (said("staying", count=1),),
    (),
)
"""The evidence about several households of four people each."""


def test_every_household_and_person_is_counted_once() -> None:
    account = sum((Account.of(fold(each, 4)) for each in HOMES), Account())
    parts = (
        account.verified,
        account.claimed,
        account.unaccounted,
        account.needs_help,
        account.staying,
    )
    assert account.expected == Number(7, 28)
    assert Number(sum(each.households for each in parts), sum(each.people for each in parts)) == (
        account.expected
    )


def test_household_is_verified_only_as_a_whole() -> None:
    partly = Account.of(fold(HOMES[2], 4))
    assert (partly.verified, partly.unaccounted) == (Number(0, 1), Number(1, 3))
    assert Account.of(fold(HOMES[1], 4)).verified == Number(1, 4)
    assert Account.of(fold(HOMES[0], 4)).claimed == Number(1, 4)
