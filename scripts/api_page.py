"""docs/api.md: every route of the service with its description, from the OpenAPI document.

`python scripts/api_page.py` writes the page.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from alerting.api.schema import openapi

PAGE: Final = Path(__file__).resolve().parents[1] / "docs/api.md"
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_HEAD: Final = """\
# Routes

A route needs a session, which a sign-in link or a passkey opens, or a bearer token from
`alerting officers token ID`. Role and division limit what the officer may see and do. An
action that the role does not allow is answered 403. Anything outside the officer's division is
answered 404, as if it did not exist. A refusal is a problem detail (RFC 9457) with a stable `code`.
`/api/reference` shows every route with schemas, roles, refusals and examples.
`/api/openapi.json` has the same for programs. `scripts/api_page.py` writes this page.

These routes need no session: the provider's signed callbacks below `/twilio`, the households' pages
`/h/{token}`, the sign-in pages, the public feed `/feeds/alerts.atom` ([CAP](cap.md)), the documents
of the API, `/healthz` and `/readyz`. If a page is refused, a browser gets a readable page, and a
program that asks for JSON gets problem details.

There are two websockets. `/api/alerts/{alert_id}/feed?division=&after=` is a board's live feed and
resumes by sequence number. `/api/inbox` sends an officer the alerts addressed to them.
`/api/asyncapi.json` describes both, and `/api/reference/feed` shows the same to readers, with every
kind of event.
"""


def page() -> str:
    """Return the page generated from the current routes."""
    groups: dict[str, list[str]] = defaultdict(list)
    for path, item in openapi()["paths"].items():
        for method in _METHODS:
            if operation := item.get(method):
                groups[_group(operation)].append(_row(method, path, operation))
    tables = [
        f"\n## {group}\n\n| route | does |\n| --- | --- |\n" + "\n".join(groups[group]) + "\n"
        for group in sorted(groups)
    ]
    return _HEAD + "".join(tables)


def _group(operation: dict[str, Any]) -> str:
    return str(next(iter(operation.get("tags", ())), "other")).replace("-", " ").capitalize()


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    said = operation.get("description") or operation.get("summary", "")
    first = said.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
    return f"| `{method.upper()} {path}` | {first} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
