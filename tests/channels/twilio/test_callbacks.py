"""Fields of Twilio's webhooks, and refused webhooks."""

from urllib.parse import urlencode

import pytest
from fastapi import HTTPException
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from alerting.channels.twilio.callbacks import (
    Fields,
    error_code_of,
    field_of,
    is_signed,
    sender_of,
    twiml,
)
from tests.support.running import TOKEN, Running, message_id


def test_missing_field_is_refused_by_name() -> None:
    assert field_of({"CallSid": "CA1", "Digits": ""}, "Digits") == ""
    with pytest.raises(HTTPException, match="Digits: it is missing") as refused:
        field_of({"CallSid": "CA1"}, "Digits")
    assert refused.value.status_code == 422


def test_field_with_nul_is_refused() -> None:
    with pytest.raises(HTTPException, match="Digits: it contains the character NUL") as refused:
        field_of({"Digits": "1\0"}, "Digits")
    assert refused.value.status_code == 422


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("+86 100 0208 0001", "+8610002080001"),
        ("10086", "10086"),
        ("+10086", "10086"),
        ("Weather", "Weather"),
    ],
)
def test_sender_is_normalised_to_e164_if_possible(sent: str, kept: str) -> None:
    assert sender_of({"From": sent}) == kept


def test_text_without_a_sender_is_refused() -> None:
    with pytest.raises(HTTPException, match="From: it is missing") as refused:
        sender_of({"Body": "1"})
    assert refused.value.status_code == 422


@pytest.mark.parametrize(
    ("form", "code"),
    [({"ErrorCode": "30003"}, 30003), ({"ErrorCode": ""}, None), ({"ErrorCode": "x"}, None)],
)
def test_error_code_is_a_number_or_none(form: dict[str, str], code: int | None) -> None:
    assert error_code_of(form) == code
    assert error_code_of({}) is None


def test_twiml_is_xml() -> None:
    answer = twiml("<Response/>")
    assert (answer.body, answer.media_type) == (b"<Response/>", "text/xml")


@pytest.mark.parametrize("signature", ["", "bm90IHR3aWxpbw=="])
async def test_unsigned_webhook_is_refused(service: Running, signature: str) -> None:
    fields = {"MessageSid": message_id(), "From": "+8610002080001", "Body": "1"}
    assert (await service.form("/twilio/sms", fields))[0] == 200
    url = f"{service.url}/twilio/sms"
    async with service.session.post(
        url, data=fields, headers={"X-Twilio-Signature": signature}
    ) as answer:
        assert answer.status == 403
        assert "ALERTING_PUBLIC_URL" in await answer.text()


@pytest.mark.parametrize("signed_for", ["https://alert.cn/x?a=1", "https://alert.cn:443/x?a=1"])
@pytest.mark.parametrize("set_up_as", ["https://alert.cn/x?a=1", "https://alert.cn:443/x?a=1"])
def test_webhook_may_be_signed_with_or_without_port(signed_for: str, set_up_as: str) -> None:
    validator, form = RequestValidator(TOKEN), Fields(Body=["1"])
    signature = validator.compute_signature(signed_for, form)
    assert is_signed(validator, set_up_as, form, signature, "HMAC_SHA1")
    other = RequestValidator("other").compute_signature(signed_for, form)
    assert not is_signed(validator, set_up_as, form, other, "HMAC_SHA1")
    assert not is_signed(validator, set_up_as, form, "密", "HMAC_SHA1")
    assert not is_signed(validator, set_up_as, form, signature, "MD5")


async def test_repeated_field_is_signed_with_both_values(service: Running) -> None:
    url = f"{service.url}/twilio/sms"
    fields = [("MessageSid", message_id()), ("From", "+8610002080001"), ("Body", "1")]
    doubled = ImmutableMultiDict([*fields, ("Tag", "b"), ("Tag", "a"), ("Tag", "a")])
    signed = RequestValidator(TOKEN).compute_signature(url, doubled)
    body = urlencode(doubled.multi_items())
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    for sent, status in ((body, 200), (body.replace("Tag=b", "Tag=c"), 403)):
        async with service.session.post(url, data=sent, headers=headers) as answer:
            assert answer.status == status


@pytest.mark.parametrize(
    ("named", "algorithm", "status"),
    [
        ("HMAC_SHA256", "HMAC_SHA256", 200),
        ("HMAC_SHA256", "HMAC_SHA1", 403),
        ("HMAC_SHA1", "HMAC_SHA1", 200),
        ("HMAC_MD5", "HMAC_SHA1", 403),
    ],
)
async def test_signature_is_checked_with_the_requests_algorithm(
    service: Running, named: str, algorithm: str, status: int
) -> None:
    url = f"{service.url}/twilio/sms"
    fields = {"MessageSid": message_id(), "From": "+8610002080001", "Body": "1"}
    signed = RequestValidator(TOKEN).compute_signature(url, fields, algorithm)
    settings = f"key=webhooks_sharedkey_1,algorithm={named}"
    headers = {
        "X-Twilio-Signature": signed,
        "X-Twilio-Webhooks-Signature-Settings": settings,
    }
    async with service.session.post(url, data=fields, headers=headers) as answer:
        assert answer.status == status
