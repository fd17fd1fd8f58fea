"""A report by text counts as an officer's only with the code of the officer's own door text."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from alerting.doors.tables import tasks
from alerting.replies.tables import inbound
from alerting.roll.rules.evidence import Rung
from tests.support.city import QIANFO, household_code, officer_phone
from tests.support.door_reports import all_out
from tests.support.door_texts import door_code, send_to_doors
from tests.support.incoming_texts import HOME, NEIGHBOUR, answers, given, kinds, queue, says
from tests.support.running import Running, Workplace

GRID, COMMANDER = officer_phone("grid"), officer_phone("commander")
DOORS = tuple(household_code(QIANFO, number) for number in range(3, 9))
MOST_WRONG = 5


def rungs(work: Workplace) -> list[Rung]:
    return [Rung(row[1]) for row in given(work)]


def wrong(*codes: str) -> str:
    """Return a code that is not one of these."""
    return next(each for each in ("1111", "2222", "3333", "4444") if each not in codes)


async def test_forged_number_verifies_nobody(work: Workplace) -> None:
    """One text from a commander's number once made 150 households verified."""
    await work.raised("informant", QIANFO)
    send_to_doors(work, *DOORS, officer="commander")
    await says(work, "\n".join(f"{home[-4:]} 1" for home in DOORS), COMMANDER)
    assert rungs(work) == [Rung.NEIGHBOUR] * len(DOORS)


@pytest.mark.parametrize("form", ["{report} #{code}", "#{code} {report}", "{report} {code}"])
async def test_code_verifies_the_officers_report(work: Workplace, form: str) -> None:
    await work.raised("informant", QIANFO)
    code = send_to_doors(work, HOME)
    await says(work, form.format(report="003 1 4", code=code), GRID)
    assert [row[:2] for row in given(work)] == [(HOME, Rung.OFFICER)]
    assert (kinds(work, GRID), queue(work)) == (["doors", "reports_recorded"], [])


async def test_one_code_verifies_all_doors_of_its_text(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    code = send_to_doors(work, HOME, NEIGHBOUR)
    await says(work, f"#{code}\n003 1 4\n004 1 1", GRID)
    assert rungs(work) == [Rung.OFFICER] * 2


async def test_each_door_text_has_its_own_code(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    codes = {send_to_doors(work, home) for home in DOORS}
    assert len(codes) > 1
    assert set(work.rows(select(tasks.c.code))) == {(code,) for code in codes}


async def test_latest_code_counts_at_every_door_of_the_officer(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    earlier, later = send_to_doors(work, HOME), send_to_doors(work, NEIGHBOUR)
    await says(work, f"003 1 #{later}", GRID)
    await says(work, f"004 1 #{earlier if earlier != later else wrong(later)}", GRID)
    assert rungs(work) == [Rung.OFFICER, Rung.NEIGHBOUR]


async def test_another_officers_code_verifies_nothing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    code = send_to_doors(work, HOME)
    await says(work, f"003 1 #{code}", COMMANDER)
    assert rungs(work) == [Rung.NEIGHBOUR]


async def test_officer_is_told_which_reports_lack_a_code(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    code = send_to_doors(work, HOME, NEIGHBOUR)
    await says(work, f"003 1 4 #{wrong(code)}", GRID)
    await says(work, "004 1 1", GRID)
    _, (kind, body) = answers(work, GRID)
    assert (kind, "2户" in body, "0003" in body, "0004" in body) == ("unverified", *[True] * 3)
    await says(work, f"003 1 4, 004 1 1 #{code}", GRID)
    assert kinds(work, GRID) == ["doors", "reports_recorded"]


async def test_report_outside_the_officers_doors_asks_for_no_code(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "003 1 4", GRID)
    assert kinds(work, GRID) == ["reports_recorded"]


async def test_codes_are_refused_for_an_hour_after_too_many_wrong_ones(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    code = send_to_doors(work, *DOORS)
    for home in DOORS[:MOST_WRONG]:
        await says(work, f"{home[-4:]} 1 #{wrong(code)}", GRID)
    await says(work, f"{DOORS[5][-4:]} 1 #{code}", GRID)
    assert rungs(work) == [Rung.NEIGHBOUR] * 6
    assert kinds(work, GRID) == ["doors", "codes_refused"]
    hour_ago = work.runtime.clock.now() - timedelta(hours=1)
    work.change(update(inbound).values(received_at=hour_ago))
    await says(work, f"{DOORS[5][-4:]} 1 #{code}", GRID)
    assert rungs(work)[-1] is Rung.OFFICER


async def test_text_with_many_codes_proves_nothing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    code = send_to_doors(work, *DOORS)
    guesses = [code, *(f"{number:04d}" for number in range(9_990, 9_999) if f"{number}" != code)]
    lines = [f"{home[-4:]} 1 #{guess}" for home, guess in zip(DOORS, guesses, strict=False)]
    await says(work, "\n".join(lines), GRID)
    assert rungs(work) == [Rung.NEIGHBOUR] * len(DOORS)
    assert work.rows(select(inbound.c.wrong_codes)) == [(len(DOORS) - 1,)]


async def test_code_in_a_households_text_is_ignored(work: Workplace) -> None:
    """Only officers' texts have codes. The key in a household's text is read as usual."""
    await work.raised("informant", QIANFO)
    send_to_doors(work, HOME)
    await says(work, f"1 4 #{door_code(work, 'grid')}")
    assert Rung.OFFICER not in rungs(work)


async def test_report_in_a_session_needs_no_code(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await all_out(service, [3])
    _, record = await service.get(f"/api/alerts/1/households/{HOME}", "grid")
    assert record["household"]["verified"] is True
