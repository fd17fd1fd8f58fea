"""Templates in a gateway's section: sandboxed Jinja2 with a fixed set of names."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    # No HTML escaping, because requests are not HTML; forms and JSON are encoded after rendering.
    autoescape=False,
    keep_trailing_newline=True,
)


_ENVIRONMENT.filters["sha256"] = lambda text: hashlib.sha256(text.encode()).hexdigest()


class RenderError(ValueError):
    """A template cannot be rendered."""


def checked(source: str) -> str:
    """Return a template's source after checking that it can be parsed.

    Raises:
        ValueError: if it cannot be parsed; the message says what to correct.
    """
    try:
        _compiled(source)
    except TemplateSyntaxError as broken:
        raise ValueError(f"{broken.message}; correct the template {source!r}") from None
    return source


def names_in(source: str) -> set[str]:
    """Return the names that a template uses."""
    return find_undeclared_variables(_ENVIRONMENT.parse(source))


def secrets_in(source: str) -> set[str]:
    """Return the names of the secrets that a template uses, as `{{ secret.NAME }}`."""
    return {
        found.attr
        for found in _ENVIRONMENT.parse(source).find_all(nodes.Getattr)
        if isinstance(found.node, nodes.Name) and found.node.name == "secret"
    }


def render(source: str, values: Mapping[str, Any]) -> str:
    """Render a template.

    Raises:
        RenderError: if a value is missing, or an expression fails.
    """
    try:
        return _compiled(source).render(values)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as failure:
        raise RenderError(f"{source!r} cannot be filled: {failure}") from failure


def leaves(tree: Any) -> Iterator[str]:
    """Yield every text in nested tables and lists."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for each in tree.values():
            yield from leaves(each)
    elif isinstance(tree, (list, tuple)):
        for each in tree:
            yield from leaves(each)


@lru_cache(maxsize=1_000)
def _compiled(source: str) -> Template:
    return _ENVIRONMENT.from_string(source)
