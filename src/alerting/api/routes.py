"""All routes of the service, in the order in which they are tried."""

from typing import Final

from fastapi import APIRouter

from alerting.api import (
    alerts,
    approvals,
    corrections,
    divisions,
    feed,
    health,
    help_cases,
    household_page,
    households,
    log,
    my_calls,
    officers,
    overviews,
    pages,
    roll_calls,
    send_again,
    sending,
    sessions,
    settings,
    sign_in,
    tasks,
    texts,
    twilio,
    voice,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    # The provider posts several times for each text.
    twilio.router,
    voice.router,
    # Thousands of boards may come back at once.
    feed.router,
    alerts.router,
    overviews.router,
    households.router,
    tasks.router,
    officers.router,
    my_calls.router,
    help_cases.router,
    texts.router,
    approvals.router,
    roll_calls.router,
    corrections.router,
    send_again.router,
    log.router,
    sending.router,
    sessions.router,
    sign_in.router,
    settings.router,
    divisions.router,
    health.router,
    household_page.router,
    pages.router,
)
