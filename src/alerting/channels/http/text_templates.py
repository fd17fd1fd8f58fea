"""Choose and check text templates that a carrier has approved."""

from collections.abc import Iterator, Sequence
from typing import Final

from alerting.messages.text import ISSUER, PREFIX, STATUS, TextKind, facts_in
from alerting.policy.gateway_templates import names_in
from alerting.policy.gateways import OTHER, Gateway, TextTemplate

_EVERYWHERE: Final = frozenset({"to", "text", "kind", "language", "link", PREFIX, STATUS, ISSUER})
"""Names that the variables of every template may use."""

_MARKS: Final = frozenset({"text", PREFIX, STATUS})
"""A template must use one of these names, so that an exercise is marked as such."""

_UNMARKED: Final = frozenset({TextKind.SIGN_IN, TextKind.RECOVERY, TextKind.EXERCISE_PLANNED})
"""Kinds of texts that belong to no alert, so they need no mark of an exercise."""


def template_for(templates: Sequence[TextTemplate], kind: str, language: str) -> TextTemplate:
    """Return the template for a text.

    A template of the text's kind precedes one of kind 'other'. Within a kind, a template of the
    text's language precedes one without a language.

    Raises:
        ValueError: if there is no template for it.
    """
    found = {(each.kind, each.language): each for each in templates}
    for key in ((kind, language), (kind, None), (OTHER, language), (OTHER, None)):
        if key in found:
            return found[key]
    raise ValueError(f"no template for a text of the kind {kind!r} in {language!r}")


def template_problems(gateway: Gateway) -> Iterator[str]:
    """Yield a message for each fault in a gateway's templates, with what to change."""
    if not gateway.templates:
        return
    general = {each.kind for each in gateway.templates if each.language is None}
    missing = [] if OTHER in general else sorted(set(TextKind) - general)
    if missing:
        yield (
            f"{_place(gateway)}: nothing for {', '.join(missing)}; add a template without a "
            f"language for each, or one of kind {OTHER!r}"
        )
    for number, template in enumerate(gateway.templates):
        yield from _problems_of(f"{_place(gateway)}.{number}", template)


def _problems_of(place: str, template: TextTemplate) -> Iterator[str]:
    if template.kind not in {OTHER, *TextKind}:
        kinds = ", ".join(sorted(TextKind))
        yield f"{place}.kind: there is no kind {template.kind!r}; write {OTHER}, or one of {kinds}"
        return
    known = set(_EVERYWHERE)
    if template.kind != OTHER:
        known |= facts_in(TextKind(template.kind))
    used = set[str]()
    for name, source in template.variables.items():
        used |= names_in(source)
        if strange := sorted(names_in(source) - known):
            yield (
                f"{place}.variables.{name}: a text of this kind has no {', '.join(strange)}; "
                f"use {', '.join(sorted(known))}"
            )
    if template.kind not in _UNMARKED and not used & _MARKS:
        yield (
            f"{place}.variables: an exercise would read like an alert; "
            f"use {{{{ {PREFIX} }}}} in one of them"
        )


def _place(gateway: Gateway) -> str:
    return f"gateway {gateway.name}: templates"
