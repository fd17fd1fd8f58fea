"""Templates of gateways: their names are known in advance, and they run in a sandbox."""

import pytest

from alerting.policy.gateway_templates import (
    RenderError,
    checked,
    leaves,
    names_in,
    render,
    secrets_in,
)


def test_used_names_and_secrets_are_found() -> None:
    source = "{{ to[3:] }} {{ secret.app_key }} {% set x = 1 %}{{ x }}"
    assert names_in(source) == {"to", "secret"}
    assert secrets_in(source) == {"app_key"}


def test_sha256_is_a_filter() -> None:
    assert render("{{ text | sha256 }}", {"text": "abc"}).startswith("ba7816bf")


def test_html_is_not_escaped() -> None:
    assert render("{{ text }}", {"text": "<&>"}) == "<&>"


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ facts.update(a=1) }}",
        "{{ 1 / 0 }}",
        "{{ secret.unknown }}",
    ],
)
def test_template_that_cannot_be_rendered_is_an_error(source: str) -> None:
    with pytest.raises(RenderError, match="cannot be filled"):
        render(source, {"facts": {}, "secret": {}})


def test_broken_source_is_refused() -> None:
    with pytest.raises(ValueError, match="correct the template"):
        checked("{{ to")


def test_leaves_are_all_texts_of_a_tree() -> None:
    assert list(leaves({"a": ["x", {"b": "y"}], "c": 3})) == ["x", "y"]
