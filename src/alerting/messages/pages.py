"""Templates of the pages that the service writes itself: no script, every value escaped."""

import base64
import hashlib
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

_STYLE_BEGINS, _STYLE_ENDS = "<style>", "</style>"
_TEMPLATES: Final = "templates"


class Pages:
    """The templates of one package, in its folder `templates`."""

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
        """Return a page; a value that the template names and nobody gave is an error.

        Raises:
            jinja2.UndefinedError: if a value is missing.
        """
        return self._environment.get_template(template).render(values)

    def style_hash(self, template: str) -> str:
        """Return what a content security policy allows the template's style by: SHA-256, base64."""
        source, _, _ = self._loader.get_source(self._environment, template)
        style = source.partition(_STYLE_BEGINS)[2].partition(_STYLE_ENDS)[0]
        return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
