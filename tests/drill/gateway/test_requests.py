from datetime import UTC, date, datetime

import pytest

from alerting.drill.gateway.calls import Script
from alerting.drill.gateway.errors import ApiError
from alerting.drill.gateway.exchange import Draft
from alerting.drill.gateway.requests import Form, read_call, read_filters, read_script, read_text
from alerting.drill.gateway.store import Filters

TO, SENDER = "+8610000000001", "+8610000000100"


def form(**fields: str) -> Form:
    return {name: [value] for name, value in fields.items()}


def test_text_has_the_longest_validity_by_default() -> None:
    draft = read_text(form(To=TO, From=SENDER, Body="撤离"))
    assert draft == Draft(to=TO, from_=SENDER, body="撤离", validity=36000)


def test_text_is_parsed_with_all_options() -> None:
    url = "https://alerting.example/status?token=1"
    asked = form(To=TO, MessagingServiceSid="MG1", Body="x", ValidityPeriod="60")
    draft = read_text(asked | form(StatusCallback=url))
    assert (draft.service_sid, draft.validity, draft.status_callback) == ("MG1", 60, url)
    assert draft.from_


@pytest.mark.parametrize("period", ["0", "36001", "-1", "1.5", "soon"])
def test_validity_out_of_range_is_refused(period: str) -> None:
    with pytest.raises(ApiError) as refusal:
        read_text(form(To=TO, From=SENDER, Body="x", ValidityPeriod=period))
    assert refusal.value.code == 90007


def test_call_is_parsed() -> None:
    fields = form(To=TO, From=SENDER, Url="http://127.0.0.1/voice", Timeout="25")
    events = {"StatusCallbackEvent": ["initiated", "completed"]}
    call = read_call(fields | events | form(MachineDetection="Enable"), "AC1")
    assert (call.to, call.from_, call.timeout, call.detection.is_on) == (TO, SENDER, 25, True)
    assert call.events == {"initiated", "completed"}
    assert call.script == Script("http://127.0.0.1/voice")
    plain = read_call(form(To=TO, From=SENDER, Twiml="<Response/>"), "AC1")
    assert (plain.timeout, plain.detection.is_on) == (60, False)
    assert plain.events == {"completed"}


def test_call_script_is_the_url_if_url_and_twiml_are_given() -> None:
    assert read_script(form(Url="http://a.example/", Twiml="<Response/>")) == Script(
        "http://a.example/"
    )
    assert read_script(form(Twiml="<Response/>")) == Script(twiml="<Response/>")
    assert read_script({}) is None


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ([], Filters()),
        ([("To", TO), ("From", SENDER)], Filters(to=TO, from_=SENDER)),
        ([("DateSent", "2022-08-29")], Filters(day=date(2022, 8, 29))),
        (
            [("DateSent>", "2022-08-29T05:00:00Z"), ("DateSent<", "2022-08-30")],
            Filters(
                since=datetime(2022, 8, 29, 5, tzinfo=UTC), until=datetime(2022, 8, 30, tzinfo=UTC)
            ),
        ),
        ([("DateSent>", "yesterday")], Filters()),
    ],
)
def test_filters_are_parsed(query: list[tuple[str, str]], filters: Filters) -> None:
    assert read_filters(query) == filters
