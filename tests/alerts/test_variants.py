"""Preview variants: for each language, the texts to the village with the longest name."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from alerting.alerts.preview import Preview, preview_alert
from alerting.alerts.variants import Variant
from alerting.cap.alert import AlertRequest
from alerting.ledger.writer import Ledger
from alerting.policy.without_calls import without_calls
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICERS
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Workplace, request_for

PAGE = "https://a.example/h/"


async def preview(work: Workplace, **changes: object) -> Preview:
    """Return the preview of an alert for the town, under a policy with a household page."""
    policy = work.runtime.policy.model_copy(update={"household_page": PAGE})
    ledger = Ledger(work.runtime.database, work.woken.append, policy)
    asked = AlertRequest.model_validate(request_for(TOWN, event="滑坡", **changes))
    shown = await preview_alert(
        replace(work.runtime, ledger=ledger), work.somebody("commander"), asked
    )
    await ledger.close()
    return shown


def by_language(shown: Preview) -> dict[str, Variant]:
    return {each.language: each for each in shown.variants}


def bodies(variant: Variant) -> dict[str, str]:
    return {text.kind.value: text.body for text in variant.texts}


async def test_variant_has_every_text_that_its_readers_may_get(work: Workplace) -> None:
    shown = by_language(await preview(work))
    assert list(bodies(shown["zh"])) == ["alert", "reminder", "voice_alert", "call", "voice_call"]
    assert list(bodies(shown["en"])) == ["alert", "reminder", "voice_alert"]
    assert "全家" in bodies(shown["zh"])["voice_alert"]
    assert "20户" in bodies(shown["zh"])["call"]


async def test_language_read_only_by_officers_has_a_variant(work: Workplace) -> None:
    work.change(update(OFFICERS).values(language="es"))
    shown = by_language(await preview(work))
    assert list(bodies(shown["es"])) == ["call", "voice_call"]
    assert (shown["es"].division, shown["es"].place) == ("", "")
    assert list(bodies(shown["zh"])) == ["alert", "reminder", "voice_alert"]


@pytest.mark.parametrize("longer", [QIANFO, NEXT_VILLAGE])
async def test_village_with_the_longest_name_is_shown(work: Workplace, longer: str) -> None:
    renamed = update(DIVISIONS).where(DIVISIONS.c.code == longer)
    work.change(renamed.values(name="很长很长名字的村村民委员会"))
    shown = by_language(await preview(work))
    assert {each.division for each in shown.values()} == {longer}
    assert shown["zh"].place == "诺江镇很长很长名字的村"
    assert "很长很长名字的村" in bodies(shown["zh"])["alert"]


async def test_longest_name_is_chosen_in_each_language(work: Workplace) -> None:
    renamed = update(DIVISIONS).where(DIVISIONS.c.code == NEXT_VILLAGE)
    work.change(renamed.values(words={"name_en": "Very Long Neighbouring Village"}))
    shown = by_language(await preview(work))
    assert (shown["zh"].division, shown["en"].division) == (QIANFO, NEXT_VILLAGE)


async def test_village_without_phones_is_not_shown(work: Workplace) -> None:
    there = select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.division == QIANFO)
    work.change(delete(HOUSEHOLD_PHONES).where(HOUSEHOLD_PHONES.c.household.in_(there)))
    shown = by_language(await preview(work))
    assert {each.division for each in shown.values()} == {NEXT_VILLAGE}


async def test_reminder_has_its_link_and_costs_its_segments(work: Workplace) -> None:
    texts = {text.kind.value: text for text in by_language(await preview(work))["zh"].texts}
    price = work.runtime.policy.sending.cost_per_segment
    assert texts["reminder"].body.endswith(f" {PAGE}xxxxxxxxxxx")
    assert (texts["reminder"].segments, texts["reminder"].cost) == (2, pytest.approx(2 * price))
    assert (texts["alert"].segments, texts["alert"].cost) == (1, pytest.approx(price))
    assert (texts["voice_alert"].segments, texts["voice_alert"].cost) == (0, 0)


async def test_variants_omit_calls_without_a_call_provider(work: Workplace) -> None:
    work.runtime.ledger.policy = without_calls(work.runtime.policy)
    shown = by_language(await preview(work))
    assert list(bodies(shown["zh"])) == ["alert", "reminder", "call"]


async def test_readers_of_an_unknown_language_see_the_home_language(work: Workplace) -> None:
    work.change(update(HOUSEHOLDS).values(language="ii"))
    shown = by_language(await preview(work))
    assert list(shown) == ["zh"]
    assert "立即撤离" in bodies(shown["zh"])["alert"]
