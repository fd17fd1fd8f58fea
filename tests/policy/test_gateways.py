"""A gateway's section: mistakes are refused with the field and the remedy."""

import pytest

from alerting.policy.gateways import Gateway
from alerting.policy.policy import PolicyError, parse_policy

GOOD = """
[[gateways]]
name = "carrier"
url = "https://sms.example.org/send"
per_second = 5
price_per_segment = 0.05
[gateways.json]
to = "{{ to }}"
text = "{{ text }}"
account = "{{ secret.account_password }}"
[gateways.auth.hmac]
secret = "signing_key"
algorithm = "sha256"
parts = ["method", "path", "header:X-Time", "body"]
header = "X-Signature"
[gateways.answer]
id = "/id"
code = "/code"
accepted = [0]
[gateways.receipts]
id = "/id"
status = "/status"
delivered = ["OK"]
[gateways.receipts.auth.basic]
username = "carrier"
password = "receipts_password"
[gateways.replies]
id = "/id"
sender = "/from"
text = "/text"
[gateways.replies.auth.query]
parameter = "key"
secret = "word"
"""
TEMPLATES = """
[[gateways.templates]]
kind = "other"
id = "1"
"""


def parsed(text: str) -> Gateway:
    (gateway,) = parse_policy(text).gateways
    return gateway


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(PolicyError) as refused:
        parse_policy(text)
    return refused.value.problems


def test_section_names_secrets_without_containing_them() -> None:
    named = {"account_password", "signing_key", "receipts_password", "word"}
    assert parsed(GOOD).secret_names == named


def test_codes_may_be_numbers_or_texts() -> None:
    assert parsed(GOOD).answer.accepted == ("0",)


def test_default_policy_has_no_gateway() -> None:
    assert parse_policy("").gateways == ()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('name = "carrier"', 'name = "smpp"', "name: write 2 to 20 of a-z"),
        ('name = "carrier"', 'name = "a/b"', "name: write 2 to 20 of a-z"),
        ("https://", "http://", "url: write https://: over http://"),
        ("/send", "/send?a=1", "url: write https://HOST/PATH without '?'"),
        ("https://", "https://me:pass@", "url: leave user and password out"),
        ("per_second = 5", "per_second = 0", "per_second: write a number above 0"),
        ("per_second = 5", "per_secnd = 5", "per_secnd: there is no such key; did you mean per_"),
        ("price_per_segment = 0.05", "", "price_per_segment: this is missing"),
        ("[gateways.json]", "[gateways.jsn]", "jsn: there is no such key; did you mean json?"),
        ("{{ text }}", "{{ text", "json: unexpected end of template"),
        ("{{ text }}", "{{ txt }}", "txt: no such name; use"),
        ("{{ text }}", "hello", "no field holds {{ text }}"),
        ("{{ text }}", "{{ text }}{{ values }}", "there are no [[gateways.templates]]"),
        ("{{ to }}", "you", "no field holds {{ to }}"),
        ('to = "{{ to }}"', 'to = 2026-01-01\nx = "{{ to }}"', "json: write texts, numbers"),
        ('secret = "signing_key"', 'secret = "Key!"', "auth.hmac.secret: name a secret by"),
        ('"sha256"', '"sha3"', "auth.hmac.algorithm: write one of"),
        ('"header:X-Time"', '"time"', "auth.hmac.parts.2: write one of body"),
        ('"header:X-Time"', '"header:X Time"', "auth.hmac.parts.2: write the name of an HTTP"),
        ("parts = [", 'text = "x"\nparts = [', "auth.hmac: write one of parts and text"),
        ('header = "X-Signature"', "", "auth.hmac.header: this is missing"),
        ('id = "/id"', 'id = "id"', "answer.id: write a JSON pointer (RFC 6901)"),
        ("accepted = [0]", "acepted = [0]", "acepted: there is no such key; did you mean acc"),
        ("accepted = [0]", "accepted = [0]\nlater = [0]", "answer: 0: leave it on one list"),
        ('code = "/code"', "", "answer: code: it is missing"),
        ('status = "/status"', "", "receipts.status: this is missing"),
        ('delivered = ["OK"]', "delivered = []", "receipts.delivered: write at least one"),
        ('delivered = ["OK"]', 'delivered = 3', "receipts.delivered: write a list here"),
        ('parameter = "key"', 'parameter = ""', "query.parameter: write at least 1 character"),
        ("[gateways.receipts.auth.basic]", "[gateways.receipts.auth.hmac]", "hmac.username: there"),
    ],
)  # fmt: skip
def test_wrong_values_are_refused_with_a_remedy(right: str, wrong: str, said: str) -> None:
    assert right in GOOD
    found = problems(GOOD.replace(right, wrong, 1))
    assert any(said in problem for problem in found), found


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (GOOD, "gateways: carrier: give each gateway a name of its own"),
        (TEMPLATES, "no field holds {{ template }}"),
        ('[gateways.replies.auth.basic]\nusername="a"\npassword="b"', "exactly one of basic"),
        ("[gateways.form]\na = '{{ to }}'", "write one of form and json"),
    ],
)
def test_inconsistent_tables_are_refused(more: str, said: str) -> None:
    found = problems(f"{GOOD}\n{more}")
    assert any(said in problem for problem in found), found


def test_get_has_no_body() -> None:
    found = problems(GOOD.replace("per_second = 5", 'per_second = 5\nmethod = "GET"'))
    assert any("a GET has no body" in problem for problem in found)


def test_receipts_must_identify_their_text() -> None:
    found = problems(GOOD.replace('[gateways.receipts]\nid = "/id"', "[gateways.receipts]"))
    assert any("write id or token, or send {{ callback }}" in problem for problem in found)


def signed_replies(body: str, signed: str) -> str:
    section = (
        '[gateways.replies.auth.hmac]\nsecret = "word"\nalgorithm = "sha1"\nheader = "X"\n' + signed
    )
    query = '[gateways.replies.auth.query]\nparameter = "key"\nsecret = "word"'
    changed = GOOD.replace('text = "/text"', f'text = "/text"\nbody = "{body}"')
    return changed.replace(query, section)


@pytest.mark.parametrize(
    ("body", "signed", "said"),
    [
        ("json", 'parts = ["method", "header:Date"]', "also sign body or body_sha256"),
        ("json", 'parts = ["url"]', "also sign body or body_sha256"),
        ("form", 'parts = ["query"]', "also sign body or body_sha256"),
        ("form", 'text = "{{ url }}"', "also sign body or body_sha256"),
        ("query", 'parts = ["body"]', "also sign query or url"),
    ],
)
def test_signature_without_the_content_is_refused(body: str, signed: str, said: str) -> None:
    found = problems(signed_replies(body, signed))
    assert any(said in problem for problem in found), found


@pytest.mark.parametrize(
    ("body", "signed"),
    [
        ("json", 'parts = ["url", "body"]'),
        ("form", 'text = "{{ body_sha256 }}"'),
        ("query", 'parts = ["query"]'),
        ("query", 'text = "{{ url }}"'),
    ],
)
def test_signature_that_covers_the_content_is_accepted(body: str, signed: str) -> None:
    assert parsed(signed_replies(body, signed)).replies


def test_json_in_a_field_requires_a_form() -> None:
    found = problems(GOOD.replace('status = "/status"', 'status = "/status"\njson_in = "report"'))
    assert any("json_in is a field of a form" in problem for problem in found)


def test_two_templates_for_one_kind_and_language_are_refused() -> None:
    sent = GOOD.replace("{{ text }}", "{{ template }}")
    found = problems(sent + TEMPLATES + TEMPLATES)
    assert any("templates: other twice" in problem for problem in found)
