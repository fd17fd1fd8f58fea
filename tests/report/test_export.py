"""An exported log gives the same sums as the service, on both databases."""

import io

from sqlalchemy import select, update

from alerting.accounting.audit import verify
from alerting.board.curve import Curves
from alerting.ledger.alerts import stored
from alerting.ledger.tables import events
from alerting.policy.issuer import IssuerRules
from alerting.report.export import End, write_export
from alerting.report.proof import Proof, prove
from alerting.report.rules.fold import PERCENTS
from alerting.roll.tallies import EVERYWHERE, tally_of
from tests.support.city import QIANFO, after
from tests.support.closed_alert import AfterZero

ISSUERS = IssuerRules(names={"zh": "通江县应急管理局"})


def exported(alert: AfterZero) -> tuple[End, Proof]:
    lines: list[str] = []
    end = alert.work.runtime.database.look(
        lambda db: write_export(db, stored(db, alert.alert), ISSUERS, after(900), lines.append)
    )
    return end, prove(io.BytesIO("".join(lines).encode()))


async def test_export_gives_the_tallies_of_the_service(played: AfterZero) -> None:
    _, proof = exported(played)
    database = played.work.runtime.database
    kept = database.look(lambda db: tally_of(db, played.alert, EVERYWHERE))
    assert proof.faults == ()
    assert {code: each.tally for code, each in proof.accounts.items()} == {QIANFO: kept}
    assert (kept.people_verified, kept.people_staying, kept.people_unaccounted) == (8, 3, 10)
    assert database.look(verify).differences == ()


async def test_export_gives_the_times_on_the_board(played: AfterZero) -> None:
    _, proof = exported(played)
    kept = played.work.runtime.database.look(
        lambda db: Curves().reached(db, played.alert, EVERYWHERE, PERCENTS)
    )
    assert proof.reached == kept
    assert kept[50] is not None


async def test_head_names_the_alert(played: AfterZero) -> None:
    end, proof = exported(played)
    head = proof.head
    assert (head.issuer, head.home, head.status) == ("通江县应急管理局", QIANFO, "Exercise")
    assert (head.entries, head.chain) == (end.entries, played.row.chain)
    assert (head.households, head.roll, head.exported_at) == (11, end.roll, after(900))


async def test_log_that_was_changed_in_the_database_has_a_fault(
    played: AfterZero,
) -> None:
    given = select(events.c.seq).where(events.c.kind == "evidence.given").order_by(events.c.seq)
    first = played.rows(given)[0].seq
    payload = played.rows(select(events.c.payload).where(events.c.seq == first))[0].payload
    told = payload.replace("evacuated", "elsewhere")
    played.work.change(update(events).where(events.c.seq == first).values(payload=told))
    _, proof = exported(played)
    assert [each.line for each in proof.faults] == [1 + 11 + first]
