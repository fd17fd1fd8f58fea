"""Renders HTML pages from templates without scripts, with every value escaped."""

import base64
import hashlib
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

_STYLE_BEGINS, _STYLE_ENDS = "<style>", "</style>"
_TEMPLATES: Final = "templates"


class Pages:
    """The HTML templates in the folder `templates` of a package."""

    def __init__(self, package: str) -> None:
        self._loader = PackageLoader(package, _TEMPLATES)
        self._environment = Environment(
            loader=self._loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, **values: object) -> str:
        """Return the rendered page; `values` must hold every value that the template names.

        Raises:
            jinja2.UndefinedError: if a value is missing.
        """
        return self._environment.get_template(template).render(values)

    def security_policy(self, template: str, *also: str) -> str:
        """Return a Content-Security-Policy that allows the page's style and its forms.

        Forms may be sent to this service only. The policy forbids everything else, apart from the
        additional directives in `also`.
        """
        directives = (
            "default-src 'none'",
            f"style-src 'sha256-{self._style_hash(template)}'",
            *also,
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
        return "; ".join(directives)

    def _style_hash(self, template: str) -> str:
        source, _, _ = self._loader.get_source(self._environment, template)
        style = source.partition(_STYLE_BEGINS)[2].partition(_STYLE_ENDS)[0]
        return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
