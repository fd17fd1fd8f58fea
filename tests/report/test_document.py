"""The report's PDF has the same facts and tables as its page, and the numbers of the log."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update

from alerting.messages.languages import LANGUAGES
from alerting.report.document import report_document
from alerting.report.tables import PARTS, tables_of
from alerting.roll.tables import roll
from alerting.typesetting.program import characters, typeset
from tests.report.test_export import exported
from tests.report.test_page import ISSUERS
from tests.support.city import QIANFO
from tests.support.closed_alert import AfterZero
from tests.support.reports import facts_for, words_of


def characters_of(data: Mapping[str, Any]) -> str:
    return "".join(characters(dict(data)))


def document(alert: AfterZero, code: str) -> Mapping[str, Any]:
    facts = facts_for(alert)
    return report_document(facts, words_of(facts, code), ISSUERS)


async def test_pdf_has_the_numbers_of_ledger_verify(played: AfterZero) -> None:
    _, proof = exported(played)
    data, account = document(played, "zh"), proof.accounts[QIANFO]
    told = [(part["people"], part["households"]) for part in data["parts"]]
    numbers = [getattr(account, part) for part in PARTS]
    assert told == [(f"{number.people}人", f"{number.households}户") for number in numbers]
    assert data["chain"] == proof.head.chain


@pytest.mark.parametrize("code", LANGUAGES)
async def test_every_table_of_the_page_is_typeset(played: AfterZero, code: str) -> None:
    facts, data = facts_for(played), document(played, code)
    assert [each["title"] for each in data["tables"]] == [
        each.title for each in tables_of(facts, words_of(facts, code))
    ]
    for table in data["tables"]:
        assert {len(row) for row in table["rows"]} <= {len(table["columns"])}
    job = {"template": "report", "data": data, "fonts": None, "at": 0}
    assert typeset(job).startswith(b"%PDF")


async def test_hostile_names_are_typeset(played: AfterZero) -> None:
    hostile = '#panic("x") $ ] \\ </svg>'
    staying = update(roll).where(roll.c.standing == "staying").values(head=hostile)
    played.work.change(staying)
    data = document(played, "zh")
    assert hostile in characters_of(data)
    assert typeset({"template": "report", "data": data, "fonts": None, "at": 0})


async def test_scope_with_an_empty_roll_has_no_curve(played: AfterZero) -> None:
    facts = facts_for(played, "511921100209")
    data = report_document(facts, words_of(facts, "en"), ISSUERS)
    assert data["curve"] is None
    assert typeset({"template": "report", "data": data, "fonts": None, "at": 0})
