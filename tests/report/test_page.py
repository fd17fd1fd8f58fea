"""The report's page is escaped, has no script, and is in the reader's language."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import update

from alerting.cap.alert import Area
from alerting.messages.languages import LANGUAGES
from alerting.policy.issuer import IssuerRules
from alerting.report.page import SECURITY_POLICY, lines_of, report_page
from alerting.report.tables import tables_of
from alerting.report.workbook import workbook_of
from alerting.roll.tables import roll
from tests.support.closed_alert import AfterZero
from tests.support.reports import facts_for, words_of

ISSUERS = IssuerRules(names={"zh": "通江县应急管理局", "en": "Tongjiang Emergency"})


def page(alert: AfterZero, code: str) -> str:
    facts = facts_for(alert)
    return report_page(facts, words_of(facts, code), ISSUERS, may_export=True)


@pytest.mark.parametrize("code", LANGUAGES)
async def test_page_has_every_table_in_the_readers_language(played: AfterZero, code: str) -> None:
    html = page(played, code)
    words = LANGUAGES[code].report
    assert f'<html lang="{LANGUAGES[code].locale}">' in html
    for key in ("places", "timeline", "sending", "calls", "doors", "help", "stayed", "wrong"):
        assert f'id="{key}">{words[key]}</h2>' in html
    assert f"<code>{facts_for(played).chain}</code>" in html
    assert "<svg" in html


@pytest.mark.parametrize("code", LANGUAGES)
async def test_workbook_has_a_sheet_for_every_table(played: AfterZero, code: str) -> None:
    facts = facts_for(played)
    tables = tables_of(facts, words_of(facts, code))
    with zipfile.ZipFile(BytesIO(workbook_of(LANGUAGES[code].report["title"], [], tables))) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 1 + len(tables)


async def test_page_escapes_what_people_wrote(played: AfterZero) -> None:
    bold = update(roll).where(roll.c.standing == "staying").values(head="<b>张</b>")
    played.work.change(bold)
    html = page(played, "zh")
    assert "&lt;b&gt;张&lt;/b&gt;" in html
    assert "<b>张" not in html
    assert "<script" not in html


async def test_hazard_point_is_named_in_every_language(played: AfterZero) -> None:
    facts, told = facts_for(played), {}
    request = facts.alert.request.model_copy(
        update={"area": Area(hazard_point="P1", name="大梁滑坡")}
    )
    at_point = replace(facts, alert=replace(facts.alert, request=request))
    for code in LANGUAGES:
        told[code] = set(lines_of(at_point, words_of(at_point, code)))
        told[code] -= set(lines_of(facts, words_of(facts, code)))
    assert told == {
        "zh": {("隐患点", "大梁滑坡")},
        "en": {("Hazard point", "大梁滑坡")},
        "es": {("Punto de peligro", "大梁滑坡")},
    }


def test_content_security_policy_allows_only_the_pages_own_style() -> None:
    assert "default-src 'none'" in SECURITY_POLICY
    assert "script-src" not in SECURITY_POLICY
