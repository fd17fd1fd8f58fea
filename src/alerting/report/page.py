"""The report as an HTML page, without scripts or external resources; every value is escaped."""

from typing import Final

from alerting.messages.info import info_in
from alerting.messages.languages import LANGUAGES
from alerting.messages.pages import Pages
from alerting.messages.text import issuer_name
from alerting.policy.issuer import IssuerRules
from alerting.report.facts import Facts
from alerting.report.rules.drawing import HEIGHT, WIDTH, drawing
from alerting.report.tables import PARTS, tables_of
from alerting.report.words import Words

_PAGES: Final = Pages("alerting.report")

_TEMPLATE: Final = "report.html"

SECURITY_POLICY: Final = _PAGES.security_policy(_TEMPLATE, "img-src 'self'")


def report_page(facts: Facts, words: Words, issuers: IssuerRules, *, may_export: bool) -> str:
    """Return the report's HTML in the language of `words`.

    If `may_export`, the page has a link to the export of the log.
    """
    last = facts.points[-1] if facts.points else None
    return _PAGES.render(
        _TEMPLATE,
        locale=words.spoken.locale,
        words=words,
        mark=words.spoken.prefixes.get(facts.alert.status, ""),
        banner=words.spoken.page.get(facts.alert.status.lower(), ""),
        issuer=issuer_name(issuers.at(facts.alert.origin), words.code),
        heading=heading(facts, words),
        lines=lines_of(facts, words),
        parts=[(part, getattr(facts.account, part)) for part in PARTS],
        tables=tables_of(facts, words),
        curve=drawing(facts.points, facts.alert.sent),
        curve_said=last and words["curve_said"].format(accounted=last.accounted, total=last.total),
        width=WIDTH,
        height=HEIGHT,
        others=[(code, each) for code, each in LANGUAGES.items() if code != words.code],
        alert=facts.alert,
        scope=facts.scope,
        log=words["log"].format(entries=facts.alert.last_seq),
        chain=facts.chain or "",
        may_export=may_export,
    )


def heading(facts: Facts, words: Words) -> str:
    """Return the report's heading: the hazard and the area."""
    event = info_in(facts.alert.request, words.code).title
    if not facts.alert.divisions:
        return event
    return f"{event} · {words.places.area(facts.alert.divisions, words.code)}"


def lines_of(facts: Facts, words: Words) -> list[tuple[str, str]]:
    """Return the facts about the alert itself as (label, value) pairs."""
    alert, area = facts.alert, facts.alert.request.area
    point = [(words["hazard_point"], area.name or area.hazard_point)] if area.hazard_point else []
    return [
        (words["code"], f"#{alert.number:02d}"),
        (words["sent"], words.day(alert.sent)),
        (words["raised_by"], facts.raised_by),
        (words["place"], words.place(facts.scope)),
        *point,
        (words["state"], words[f"state_{alert.state}"]),
        (words["as_of"], words.day(facts.now)),
    ]
