"""Types of values in a gateway's section."""

import pytest
from pydantic import TypeAdapter, ValidationError

from alerting.policy.gateway_parts import Code, HmacAuth, Pointers, Tree, WebAddress


def test_single_pointer_becomes_a_list() -> None:
    assert TypeAdapter(Pointers).validate_python("/a/0") == ("/a/0",)


@pytest.mark.parametrize(("said", "read"), [(0, "0"), ("OK", "OK")])
def test_code_becomes_a_text(said: object, read: str) -> None:
    assert TypeAdapter(Code).validate_python(said) == read


@pytest.mark.parametrize("said", [True, 1.5, None])
def test_other_codes_are_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Code).validate_python(said)


@pytest.mark.parametrize("url", ["ftp://a.example", "https://", "https://[", "a.example/x"])
def test_address_must_be_a_web_address(url: str) -> None:
    with pytest.raises(ValidationError, match="write https://HOST/PATH"):
        TypeAdapter(WebAddress).validate_python(url)


def test_address_of_this_machine_needs_no_tls() -> None:
    url = "http://127.0.0.1:8001/send"
    assert TypeAdapter(WebAddress).validate_python(url) == url


def test_tree_holds_templates_at_any_depth() -> None:
    with pytest.raises(ValidationError, match="correct the template"):
        TypeAdapter(Tree).validate_python({"a": [{"b": "{{"}]})


def test_signed_text_uses_the_requests_names() -> None:
    given = {"secret": "key", "algorithm": "sha1", "header": "X", "text": "{{ boddy }}"}
    with pytest.raises(ValidationError, match="a request has no boddy; use body"):
        HmacAuth.model_validate(given)
