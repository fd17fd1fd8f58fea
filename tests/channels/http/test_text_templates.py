"""Text templates that a carrier has approved, and the worked examples."""

import pytest

from alerting.channels.http.text_templates import template_for, template_problems
from alerting.messages.text import TextKind
from alerting.policy.gateways import Gateway, TextTemplate
from alerting.policy.policy import parse_policy
from scripts.benches.http_dialects import EXAMPLES, Aliyun

BASE = """
[[gateways]]
name = "own"
url = "https://sms.example.org/send"
per_second = 5
price_per_segment = 0.05
[gateways.json]
to = "{{ to }}"
template = "{{ template }}"
[gateways.answer]
id = "/id"
"""


def with_templates(*templates: str) -> Gateway:
    return parse_policy(
        BASE + "".join(f"[[gateways.templates]]\n{t}\n" for t in templates)
    ).gateways[0]


def template(kind: str, language: str | None, id_: str) -> TextTemplate:
    return TextTemplate(kind=kind, language=language, id=id_, variables={})


def test_template_of_the_texts_kind_and_language_comes_first() -> None:
    all_four = [
        template("other", None, "4"),
        template("other", "en", "3"),
        template("alert", None, "2"),
        template("alert", "en", "1"),
    ]
    for number in range(4):
        left = all_four[: 4 - number]
        assert template_for(left, "alert", "en").id == str(number + 1)


def test_text_without_a_template_is_an_error() -> None:
    with pytest.raises(ValueError, match="no template for a text of the kind 'alert'"):
        template_for([template("other", "en", "1")], "alert", "zh")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_worked_examples_are_valid(file: object) -> None:
    (gateway,) = parse_policy(EXAMPLES.joinpath(str(file)).read_text("utf-8")).gateways
    assert list(template_problems(gateway)) == []
    assert gateway.url.startswith("https://")


def test_example_has_a_template_for_every_kind_of_text() -> None:
    gateway = Aliyun().gateway("http://127.0.0.1:9")
    assert {template_for(gateway.templates, kind, "zh").kind for kind in TextKind} == {
        *("alert", "all_clear", "other")
    }


@pytest.mark.parametrize(
    ("templates", "said"),
    [
        (['kind="alert"\nid="1"\nvariables={a="{{ prefix }}"}'], "nothing for all_clear"),
        (['kind="other"\nid="1"\nvariables={a="{{ place }}"}'], "has no place; use issuer"),
        (['kind="alrt"\nid="1"'], "there is no kind 'alrt'; write other"),
        (['kind="other"\nid="1"\nvariables={a="{{ to }}"}'], "an exercise would read like an"),
        (['kind="other"\nlanguage="zh"\nid="1"\nvariables={a="{{ text }}"}'], "nothing for alert"),
    ],
)
def test_invalid_templates_are_reported(templates: list[str], said: str) -> None:
    problems = list(template_problems(with_templates(*templates)))
    assert any(said in problem for problem in problems), problems


def test_gateway_of_free_texts_needs_no_templates() -> None:
    free = parse_policy(BASE.replace("{{ template }}", "{{ text }}")).gateways[0]
    assert list(template_problems(free)) == []
