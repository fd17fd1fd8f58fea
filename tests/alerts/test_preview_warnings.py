"""Each warning of a preview, one at a time, and no warning without a reason."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from alerting.alerts.preview import preview_alert
from alerting.alerts.preview_warnings import PreviewWarning, WarningCode
from alerting.cap.alert import AlertRequest
from alerting.ledger.writer import Ledger
from alerting.policy.issuer import IssuerRules
from contacts.tables import DIVISIONS, HOUSEHOLDS, OFFICERS
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Workplace, request_for

ISSUER = {"zh": "通江应急", "en": "Tongjiang"}


async def warned(
    work: Workplace, names: Mapping[str, str] = ISSUER, **changes: Any
) -> list[PreviewWarning]:
    """Return the warnings about an alert for the town; by default, there is nothing to warn of."""
    policy = work.runtime.policy.model_copy(update={"issuer": IssuerRules(names=names)})
    ledger = Ledger(work.runtime.database, work.woken.append, policy)
    asked = AlertRequest.model_validate(request_for(TOWN, **({"event": "滑坡"} | changes)))
    shown = await preview_alert(
        replace(work.runtime, ledger=ledger), work.somebody("commander"), asked
    )
    await ledger.close()
    return list(shown.warnings)


async def test_faultless_alert_has_no_warnings(work: Workplace) -> None:
    assert await warned(work) == []


@pytest.mark.parametrize(
    ("names", "without"),
    [({}, {"en": 2, "zh": 22}), ({"zh": "通江应急"}, {"en": 2}), ({"en": "Tongjiang"}, {"zh": 22})],
)
async def test_texts_without_an_issuer_name_are_counted_by_language(
    work: Workplace, names: dict[str, str], without: dict[str, int]
) -> None:
    found = await warned(work, names)
    assert found == [
        PreviewWarning(WarningCode.NO_ISSUER, language, count)
        for language, count in without.items()
    ]


async def test_officers_language_needs_an_issuer_too(work: Workplace) -> None:
    work.change(update(OFFICERS).values(language="es"))
    assert PreviewWarning(WarningCode.NO_ISSUER, "es", 6) in await warned(work)


async def test_villages_without_an_assembly_point_are_counted_and_named(work: Workplace) -> None:
    both = PreviewWarning(WarningCode.GENERIC_ASSEMBLY_POINT, None, 2, ("千佛村", "邻村"))
    assert await warned(work, assembly_point=None) == [both]
    there = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO)
    work.change(there.values(assembly_point="村小学"))
    other = PreviewWarning(WarningCode.GENERIC_ASSEMBLY_POINT, None, 1, ("邻村",))
    assert await warned(work, assembly_point=None) == [other]
    there = update(DIVISIONS).where(DIVISIONS.c.code == NEXT_VILLAGE)
    work.change(there.values(assembly_point="文化广场"))
    assert await warned(work, assembly_point=None) == []


async def test_words_without_a_translation_are_named(work: Workplace) -> None:
    found = await warned(work, event="崩岸", instruction="往高处走" * 20)
    instruction = ("往高处走" * 20)[:39] + "…"
    # The English text names a generic hazard, so it contains no Chinese and fits one segment.
    assert found == [PreviewWarning(WarningCode.UNTRANSLATED, "en", 2, ("崩岸", instruction))]


async def test_latin_words_are_foreign_in_chinese(work: Workplace) -> None:
    found = await warned(work, event="Sinkhole")
    assert PreviewWarning(WarningCode.FOREIGN_WORDS, "zh", 1, ("Sinkhole",)) in found


async def test_place_name_in_another_script_is_foreign(work: Workplace) -> None:
    there = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO)
    work.change(there.values(words={"name_en": "Qianfo 千佛"}))
    foreign = PreviewWarning(WarningCode.FOREIGN_WORDS, "en", 1, ("千佛",))
    assert foreign in await warned(work)


async def test_texts_over_one_segment_are_counted(work: Workplace) -> None:
    found = await warned(work, assembly_point="安" * 40)
    assert found == [
        PreviewWarning(WarningCode.OVER_ONE_SEGMENT, "en", 2),
        PreviewWarning(WarningCode.OVER_ONE_SEGMENT, "zh", 22),
    ]


async def test_households_whose_language_has_no_file_are_counted(work: Workplace) -> None:
    work.change(update(HOUSEHOLDS).where(HOUSEHOLDS.c.language == "en").values(language="ii"))
    assert await warned(work) == [PreviewWarning(WarningCode.NO_LANGUAGE_FILE, "ii", 2)]
