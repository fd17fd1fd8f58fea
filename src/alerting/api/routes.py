"""All routes of the service, in matching order."""

from typing import Final

from fastapi import APIRouter
from starlette.routing import BaseRoute

from alerting.accounting.routes import router as accounting_routes_router
from alerting.alerts.routes import corrections_router as alerts_routes_corrections_router
from alerting.alerts.routes import router as alerts_routes_router
from alerting.api.documents import router as api_documents_router
from alerting.api.health import router as api_health_router
from alerting.api.pages import router as api_pages_router
from alerting.api.settings import router as api_settings_router
from alerting.approvals.routes import router as approvals_routes_router
from alerting.areas.outline_routes import router as areas_outline_routes_router
from alerting.areas.routes import router as areas_routes_router
from alerting.board.door_split_routes import router as board_door_split_routes_router
from alerting.board.next_step_routes import router as board_next_step_routes_router
from alerting.board.routes import log_router as board_routes_log_router
from alerting.board.routes import router as board_routes_router
from alerting.cap_inbox.routes import router as cap_inbox_routes_router
from alerting.cap_messages.feed_routes import router as cap_messages_feed_routes_router
from alerting.cap_messages.routes import router as cap_messages_routes_router
from alerting.channels.twilio.callbacks import router as channels_twilio_callbacks_router
from alerting.dark_villages.routes import router as dark_villages_routes_router
from alerting.deliveries.routes import router as deliveries_routes_router
from alerting.doors.routes import router as doors_routes_router
from alerting.exercises.plan_routes import router as exercises_plan_routes_router
from alerting.exercises.routes import router as exercises_routes_router
from alerting.feed.routes import router as feed_routes_router
from alerting.first_run.routes import router as first_run_routes_router
from alerting.hazard_points.routes import router as hazard_points_routes_router
from alerting.help_cases.routes import router as help_cases_routes_router
from alerting.household_page.preview import router as household_page_preview_router
from alerting.household_page.routes import router as household_page_routes_router
from alerting.notes.routes import router as notes_routes_router
from alerting.office.access_routes import router as office_access_routes_router
from alerting.office.division_routes import router as office_division_routes_router
from alerting.office.duty_routes import router as office_duty_routes_router
from alerting.office.hazard_point_routes import router as office_hazard_point_routes_router
from alerting.office.household_change_routes import (
    router as office_household_change_routes_router,
)
from alerting.office.household_routes import router as office_household_routes_router
from alerting.office.issuer_routes import router as office_issuer_routes_router
from alerting.office.officer_routes import router as office_officer_routes_router
from alerting.office.policy_routes import router as office_policy_routes_router
from alerting.office.provider_routes import router as office_provider_routes_router
from alerting.office.roster_routes import router as office_roster_routes_router
from alerting.office.text_routes import router as office_text_routes_router
from alerting.officer_calls.routes import alerts_router as officer_calls_routes_alerts_router
from alerting.officer_calls.routes import my_calls_router as officer_calls_routes_my_calls_router
from alerting.officer_calls.routes import router as officer_calls_routes_router
from alerting.paper.routes import alerts_router as paper_routes_alerts_router
from alerting.paper.routes import divisions_router as paper_routes_divisions_router
from alerting.prediction.routes import router as prediction_routes_router
from alerting.readiness.routes import router as readiness_routes_router
from alerting.reminders.routes import households_router as reminders_routes_households_router
from alerting.reminders.routes import router as reminders_routes_router
from alerting.replies.gateway_routes import router as replies_gateway_routes_router
from alerting.replies.routes import router as replies_routes_router
from alerting.replies.routes import twilio_router as replies_routes_twilio_router
from alerting.report.log_routes import router as report_log_routes_router
from alerting.report.routes import page_router as report_routes_page_router
from alerting.report.routes import router as report_routes_router
from alerting.roll_calls.routes import router as roll_calls_routes_router
from alerting.security.routes import router as security_routes_router
from alerting.sensors.routes import router as sensors_routes_router
from alerting.sign_in.passkey_routes import router as sign_in_passkey_routes_router
from alerting.sign_in.passkey_sign_in import router as sign_in_passkey_sign_in_router
from alerting.sign_in.recovery_routes import router as sign_in_recovery_routes_router
from alerting.sign_in.routes import router as sign_in_routes_router
from alerting.sign_in.session_routes import router as sign_in_session_routes_router
from alerting.voice.routes import router as voice_routes_router
from alerting.webhooks.routes import router as webhooks_routes_router

_ROUTERS: Final[tuple[APIRouter, ...]] = (
    replies_routes_twilio_router,
    channels_twilio_callbacks_router,
    replies_gateway_routes_router,
    voice_routes_router,
    feed_routes_router,
    alerts_routes_router,
    cap_messages_routes_router,
    officer_calls_routes_alerts_router,
    board_routes_router,
    board_door_split_routes_router,
    board_next_step_routes_router,
    prediction_routes_router,
    cap_inbox_routes_router,
    notes_routes_router,
    sensors_routes_router,
    accounting_routes_router,
    reminders_routes_households_router,
    doors_routes_router,
    dark_villages_routes_router,
    officer_calls_routes_router,
    officer_calls_routes_my_calls_router,
    help_cases_routes_router,
    replies_routes_router,
    approvals_routes_router,
    roll_calls_routes_router,
    alerts_routes_corrections_router,
    reminders_routes_router,
    board_routes_log_router,
    report_log_routes_router,
    report_routes_router,
    deliveries_routes_router,
    sign_in_session_routes_router,
    sign_in_routes_router,
    sign_in_passkey_sign_in_router,
    sign_in_passkey_routes_router,
    sign_in_recovery_routes_router,
    api_settings_router,
    areas_routes_router,
    areas_outline_routes_router,
    hazard_points_routes_router,
    exercises_routes_router,
    exercises_plan_routes_router,
    readiness_routes_router,
    paper_routes_divisions_router,
    paper_routes_alerts_router,
    webhooks_routes_router,
    office_roster_routes_router,
    office_household_routes_router,
    office_household_change_routes_router,
    office_division_routes_router,
    office_policy_routes_router,
    office_issuer_routes_router,
    office_officer_routes_router,
    office_access_routes_router,
    office_provider_routes_router,
    office_text_routes_router,
    office_duty_routes_router,
    office_hazard_point_routes_router,
    first_run_routes_router,
    security_routes_router,
    api_documents_router,
    api_health_router,
    household_page_preview_router,
    household_page_routes_router,
    cap_messages_feed_routes_router,
    report_routes_page_router,
    api_pages_router,
)


DECLARED: Final = tuple(route for router in _ROUTERS for route in router.routes)
"""All routes, as their modules declare them."""


def _included() -> list[BaseRoute]:
    router = APIRouter()
    for each in _ROUTERS:
        router.include_router(each)
    return router.routes


ROUTES: Final = tuple(_included())
"""All applications of a process share these routes, so FastAPI resolves dependencies only once."""


def build_routes() -> None:
    """Build what FastAPI builds of a route when a first request is compared with it.

    That takes a second for all of them, in which the event loop would serve nobody.
    """
    nowhere = {"type": "http", "method": "GET", "path": "//", "root_path": "", "headers": []}
    for route in ROUTES:
        route.matches(nowhere)
