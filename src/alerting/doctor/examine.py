"""Run all checks; the roster is checked only if the database can be used."""

from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from alerting.config import (
    DatabaseSettings,
    PaperSettings,
    PolicySettings,
    ProviderSettings,
    Settings,
    SettingsError,
    load_settings,
)
from alerting.doctor.database import (
    database_findings,
    missing_file,
    patient_engine,
    unusable,
)
from alerting.doctor.duty import duty_findings, gaps_ahead
from alerting.doctor.finding import Finding, Part, has_failed
from alerting.doctor.machine import clock_found, database_offset, paper_finding
from alerting.doctor.providers import provider_findings
from alerting.doctor.roster import count_roster, outline_findings, roster_findings
from alerting.doctor.settings import problem_found, settings_findings
from alerting.doctor.sign_in import passkey_address_finding, passkey_findings
from alerting.doctor.sources import feed_findings, source_findings
from alerting.outlines.answers import Outlines
from alerting.policy.policy import Policy, default_policy
from alerting.runtime import wall_clock
from alerting.typesetting.typesetter import Typesetter

_P = TypeVar("_P", DatabaseSettings, PaperSettings, PolicySettings, ProviderSettings)


async def examine() -> list[Finding]:
    """Run every check whose settings are valid; return the findings ordered by part."""
    found: list[Finding] = []
    outlines = None
    try:
        settings = load_settings(Settings)
        outlines = settings.outlines
        found += settings_findings(settings)
        if address := passkey_address_finding(settings.public_url, settings.policy):
            found.append(address)
    except SettingsError as wrong:
        found += map(problem_found, wrong.problems)
    # Each part of the settings is loaded separately, so that one fault does not stop other checks.
    rules = _part(PolicySettings)
    policy = rules.policy if rules else default_policy()
    found += await feed_findings(policy.feeds)
    if database := _part(DatabaseSettings):
        found += examine_database(database.database_url, policy, outlines)
    if providers := _part(ProviderSettings):
        found += await provider_findings(providers)
    if paper := _part(PaperSettings):
        found.append(await paper_finding(Typesetter(paper.fonts)))
    return sorted(found, key=lambda each: list(Part).index(each.part))


def _part(kind: type[_P]) -> _P | None:
    try:
        return kind()
    except ValueError:
        return None


def examine_database(url: str, policy: Policy, outlines: Outlines | None = None) -> list[Finding]:
    """Check the database, and check its contents if it can be used."""
    if missing := missing_file(url):
        return [missing]
    engine = patient_engine(url)
    try:
        found = database_findings(engine)
        if not has_failed(found):
            found += _contents(engine, policy, outlines)
    except DBAPIError as failed:
        return [unusable(url, str(failed.orig))]
    finally:
        engine.dispose()
    return found


def _contents(engine: Engine, policy: Policy, outlines: Outlines | None) -> list[Finding]:
    with engine.connect() as connection:
        found = roster_findings(count_roster(connection))
        found += outline_findings(connection, outlines)
        found += duty_findings(gaps_ahead(connection, wall_clock()), policy.alert.zone)
        found += source_findings(connection, policy)
        found += passkey_findings(connection, policy)
        if engine.dialect.name == "postgresql":
            found.append(clock_found("the database server", database_offset(connection)))
    return found
