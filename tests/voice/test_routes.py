"""Phone calls from end to end through the simulated gateway and Twilio's webhooks."""

import itertools
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest
from sqlalchemy import select, update

from alerting.deliveries.plan import Addressee
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import attempts, receipts
from alerting.drill.city.people import (
    Behaviour,
    Kind,
    OfficerBehaviour,
    behaviour,
    officer_behaviour,
)
from alerting.ledger.tables import alerts
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import evidence, roll
from tests.support.city import QIANFO
from tests.support.confirmations import answered
from tests.support.gateway import Gateway, running_gateway
from tests.support.owed_calls import CALLS, HOME, household, nobodys_phone, officer, owe
from tests.support.running import Json, Running

pytestmark = pytest.mark.sends

SEED = 1
CALLER = "CA" + "1" * 32
_codes = itertools.count()


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """Yield a gateway for this module alone, because its people remember their responses."""
    with running_gateway("--seed", str(SEED)) as gateway:
        yield gateway


async def resident(service: Running, holds: Callable[[Behaviour], bool]) -> str:
    """Add a person whose behaviour `holds` accepts to the gateway's city; return their phone."""
    codes = (f"{QIANFO}{next(_codes):05d}" for _ in itertools.count())
    code = next(code for code in codes if holds(behaviour(SEED, code, 3, True, False)))
    return await _moves_in(service, {"code": code, "headcount": 3})


async def duty_officer(service: Running, holds: Callable[[OfficerBehaviour], bool]) -> str:
    codes = (f"officer-{next(_codes)}" for _ in itertools.count())
    code = next(code for code in codes if holds(officer_behaviour(SEED, code)))
    return await _moves_in(service, {"code": code, "kind": "officer"})


async def _moves_in(service: Running, entry: Json) -> str:
    phone = nobodys_phone()
    people = [entry | {"phones": [phone]}]
    url = f"{service.gateway.url}/control/people"
    async with service.session.post(url, json=people) as answer:
        assert answer.status == 200
    return phone


async def call(service: Running, to: Addressee, language: str = "zh") -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    await owe(service.runtime, alert, to, language)


async def ended(service: Running, state: DeliveryState) -> None:
    """Wait until the delivery has this state and all callbacks of the call have come."""
    ends = ("completed", "busy", "no-answer")
    said = select(receipts.c.status)
    await service.until(said, lambda rows: any(s.split(" ")[0] in ends for (s,) in rows))
    await service.until(CALLS, lambda rows: bool(rows) and rows[0].state == state)


def standing(service: Running) -> str:
    ((now,),) = service.rows(select(roll.c.standing).where(roll.c.household == HOME))
    return str(now)


def given(service: Running) -> list[tuple[str, str, str]]:
    rows = service.rows(select(evidence.c.report, evidence.c.channel, evidence.c.given_by))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.ANSWERS_SOON, Standing.EVACUATED),
        (Kind.ASKS_HELP, Standing.NEEDS_HELP),
        (Kind.STAYS, Standing.STAYING),
        (Kind.ELSEWHERE, Standing.ELSEWHERE),
    ],
)
async def test_household_that_presses_a_key_is_counted(
    service: Running, kind: Kind, expected: Standing
) -> None:
    phone = await resident(service, lambda each: each.kind is kind)
    await call(service, household(phone))
    await ended(service, DeliveryState.DELIVERED)
    assert given(service) == [(str(expected), "voice", phone)]
    assert standing(service) == expected


@pytest.mark.parametrize(
    ("pick_up", "reason"),
    [
        ("voicemail", "completed machine_start"),
        ("rings", "no-answer"),
        ("busy", "busy"),
    ],
)
async def test_phone_without_a_person_is_not_reached(
    service: Running, pick_up: str, reason: str
) -> None:
    phone = await resident(service, lambda each: each.call.pick_up == pick_up)
    await call(service, household(phone))
    await ended(service, DeliveryState.UNDELIVERED)
    assert (reason,) in service.rows(select(receipts.c.status))
    assert given(service) == []
    assert standing(service) == Standing.UNACCOUNTED


async def test_person_who_hears_the_text_is_reached_but_not_out(service: Running) -> None:
    phone = await resident(
        service, lambda each: each.call.pick_up == "answers" and each.call.key is None
    )
    await call(service, household(phone))
    await ended(service, DeliveryState.DELIVERED)
    assert given(service) == [("received", "voice", phone)]
    assert standing(service) == Standing.UNACCOUNTED


async def test_officer_confirms_by_a_key(service: Running) -> None:
    phone = await duty_officer(service, lambda each: each.call.key == "1")
    await call(service, officer(phone))
    await ended(service, DeliveryState.DELIVERED)
    assert answered(service) == [(1, "grid", "voice")]
    assert given(service) == []


async def test_repeated_and_reordered_callbacks_change_nothing(service: Running) -> None:
    service.gateway.set_faults(
        {"kind": "repeated_callback", "probability": 0.5},
        {"kind": "reordered_callback", "seconds": 0.5},
    )
    phone = await resident(service, lambda each: each.kind is Kind.ANSWERS_SOON)
    await call(service, household(phone))
    await ended(service, DeliveryState.DELIVERED)
    assert given(service) == [("evacuated", "voice", phone)]


async def test_callback_after_a_lost_answer_prevents_a_second_call(service: Running) -> None:
    service.gateway.set_faults({"kind": "accept_then_hang_up"})
    phone = await resident(service, lambda each: each.kind is Kind.ANSWERS_SOON)
    await call(service, household(phone))
    await ended(service, DeliveryState.DELIVERED)
    (tried,) = service.rows(CALLS)
    assert tried.attempts == 1
    assert tried.provider_id.startswith("CA")
    assert given(service) == [("evacuated", "voice", phone)]


async def test_many_calls_are_all_placed(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    for _ in range(30):
        await owe(service.runtime, alert, household(nobodys_phone()))
    done = await service.until(
        CALLS, lambda rows: [row.state for row in rows] == [DeliveryState.UNDELIVERED] * 30
    )
    assert len({row.number for row in done}) == 30


async def on_its_way(service: Running, to: Addressee | None = None, language: str = "zh") -> str:
    """Place a phone call that nobody picks up; return its token."""
    await call(service, to or household(nobodys_phone()), language)
    tokens = select(attempts.c.token).where(attempts.c.token.in_(_VOICE_TOKENS))
    ((token,),) = await service.until(tokens, lambda rows: len(rows) == 1)
    return str(token)


_VOICE_TOKENS = select(CALLS.subquery().c.token)


async def asked(
    service: Running, name: str, token: str, query: str = "", **fields: str
) -> ElementTree.Element:
    """Post one of Twilio's webhooks for the call; return the TwiML of the response."""
    path = f"/twilio/{name}?attempt={token}{query}"
    status, document = await service.form(path, {"CallSid": CALLER, **fields})
    assert status == 200, document
    return ElementTree.fromstring(document)


async def follow_up(service: Running, name: str, token: str, **fields: str) -> None:
    """Post a callback about the call, and check that its response is empty."""
    status, _ = await service.form(f"/twilio/{name}?attempt={token}", {"CallSid": CALLER, **fields})
    assert status in {200, 204}


def tags(document: ElementTree.Element) -> list[str]:
    return [child.tag for child in document]


def words(document: ElementTree.Element) -> list[tuple[str | None, str]]:
    return [(say.get("language"), "".join(say.itertext())) for say in document.iter("Say")]


async def test_person_hears_the_text_twice_then_a_redirect(service: Running) -> None:
    token = await on_its_way(service)
    document = await asked(service, "voice", token)
    assert tags(document) == ["Gather", "Gather", "Redirect", "Hangup"]
    for question in document.iter("Gather"):
        assert (question.get("numDigits"), question.get("timeout")) == ("1", "5")
        assert question.get("action") == f"{service.url}/twilio/keys?attempt={token}"
    assert document.findtext("Redirect") == f"{service.url}/twilio/heard?attempt={token}"
    said = words(document)
    assert said[: len(said) // 2] == said[len(said) // 2 :]
    # The call is only in the household's language.
    assert [locale for locale, _ in said] == ["zh-CN", "zh-CN"]
    assert said[0][1].startswith("演练：这里是应急指挥部。")
    # People's text is spoken as it is and not parsed as markup.
    assert "滑坡 & <泥石流>" in said[0][1]


async def test_chinese_names_in_the_english_text_have_a_chinese_voice(service: Running) -> None:
    token = await on_its_way(service, language="en")
    english = words(await asked(service, "voice", token))
    assert english[0] == ("en-US", "DRILL. This is Emergency Office.")
    for voice, said in english:
        has_chinese = any("\u4e00" <= char <= "\u9fff" for char in said)
        assert voice == ("zh-CN" if has_chinese else "en-US"), said
    assert {voice for voice, _ in english} == {"zh-CN", "en-US"}


@pytest.mark.parametrize("first", ["heard", "answered-by"])
async def test_person_who_listened_is_reached_whatever_comes_first(
    service: Running, first: str
) -> None:
    token = await on_its_way(service)
    for name in ("heard", "answered-by") if first == "heard" else ("answered-by", "heard"):
        assert given(service) == []
        await follow_up(service, name, token, AnsweredBy="human")
    assert [report for report, *_ in given(service)] == ["received"]


async def test_any_callback_may_report_a_person(service: Running) -> None:
    token = await on_its_way(service)
    await follow_up(service, "heard", token)
    await follow_up(service, "call-status", token, CallStatus="completed", AnsweredBy="human")
    assert [report for report, *_ in given(service)] == ["received"]


async def test_machine_that_listened_is_not_reached(service: Running) -> None:
    token = await on_its_way(service)
    await asked(service, "voice", token, AnsweredBy="machine_start")
    await follow_up(service, "heard", token)
    await follow_up(service, "answered-by", token, AnsweredBy="machine_start")
    assert given(service) == []


async def test_key_without_meaning_repeats_the_question_once(service: Running) -> None:
    token = await on_its_way(service)
    document = await asked(service, "keys", token, Digits="7")
    assert tags(document) == ["Say", "Gather", "Redirect", "Hangup"]
    action = document[1].get("action")
    assert action == f"{service.url}/twilio/keys?attempt={token}&again=true"
    assert tags(await asked(service, "keys", token, "&again=true", Digits="8")) == ["Hangup"]
    assert given(service) == []
    thanks = await asked(service, "keys", token, "&again=true", Digits="1")
    assert tags(thanks) == ["Say", "Hangup"]
    assert standing(service) == Standing.EVACUATED


async def test_phone_call_for_a_cancelled_alert_says_nothing(service: Running) -> None:
    token = await on_its_way(service)
    with service.runtime.database.writer.begin() as connection:
        connection.execute(update(alerts).values(state="cancelled"))
    assert tags(await asked(service, "voice", token, AnsweredBy="human")) == ["Hangup"]
    assert tags(await asked(service, "keys", token, Digits="7")) == ["Hangup"]


async def test_officer_hears_the_officers_text(service: Running) -> None:
    token = await on_its_way(service, officer(nobodys_phone()))
    document = await asked(service, "voice", token, AnsweredBy="human")
    assert "收到请按1" in words(document)[0][1]


async def test_unsigned_request_is_refused_and_guessed_token_is_not_found(
    service: Running,
) -> None:
    token = await on_its_way(service)
    fields = {"CallSid": CALLER, "Digits": "1", "CallStatus": "ringing", "AnsweredBy": "human"}
    for name in ("voice", "keys", "heard", "answered-by", "call-status"):
        path = f"/twilio/{name}?attempt="
        assert (await service.form(path + token, fields, signature="bm90IHR3aWxpbw=="))[0] == 403
        assert (await service.form(path + "guess", fields))[0] == 404
    assert given(service) == []
    assert (CALLER,) not in service.rows(select(receipts.c.provider_id))


async def test_missing_or_invalid_field_is_named(service: Running) -> None:
    token = await on_its_way(service)
    wrong: list[tuple[str, dict[str, str], str]] = [
        ("keys", {"Digits": "1"}, "CallSid"),
        ("keys", {"CallSid": CALLER}, "Digits"),
        ("heard", {}, "CallSid"),
        ("answered-by", {"CallSid": CALLER}, "AnsweredBy"),
        ("call-status", {"CallSid": CALLER}, "CallStatus"),
        ("call-status", {"CallSid": CALLER, "CallStatus": "read"}, "CallStatus"),
    ]
    for name, fields, field in wrong:
        status, body = await service.form(f"/twilio/{name}?attempt={token}", fields)
        assert (status, field in str(body)) == (422, True)


async def test_error_code_of_a_failed_call_is_stored(service: Running) -> None:
    token = await on_its_way(service)
    fields = {"CallSid": CALLER, "CallStatus": "failed", "ErrorCode": "13224"}
    assert (await service.form(f"/twilio/call-status?attempt={token}", fields))[0] == 204
    assert (13224,) in service.rows(select(receipts.c.error_code))
