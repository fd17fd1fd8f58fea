"""A voice call, with its JSON resource and its callback fields."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from alerting.drill.gateway.store import API_VERSION, rfc2822

EVENT_OF_STATUS: Final[dict[str, str]] = {
    "initiated": "initiated",
    "ringing": "ringing",
    "in-progress": "answered",
    "completed": "completed",
    "busy": "completed",
    "no-answer": "completed",
    "failed": "completed",
    "canceled": "completed",
}

FINAL_STATUSES: Final = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass(frozen=True)
class Script:
    """The script of a call: a TwiML document, or the URL from which to fetch it."""

    url: str = ""
    twiml: str | None = None


@dataclass(frozen=True)
class Detection:
    """Settings of machine detection, which runs before the script or, if async, during it."""

    is_on: bool = False
    is_async: bool = False
    callback: str | None = None
    """The URL to which the result of asynchronous detection is posted."""


@dataclass(slots=True, eq=False, kw_only=True)
class Call:
    """A call; `timeout` and `seconds` are in story seconds, and dates are in real time."""

    sid: str
    account_sid: str
    to: str
    from_: str
    script: Script
    timeout: float
    detection: Detection
    created_at: datetime
    updated_at: datetime
    status_callback: str | None = None
    events: frozenset[str] = frozenset({"completed"})
    status: str = "queued"
    answered_by: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    answered_story: float | None = None
    seconds: int | None = None
    sequence: int = 0
    task: asyncio.Task[None] | None = field(default=None, repr=False)
    conversation: asyncio.Task[None] | None = field(default=None, repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return the call as JSON with the provider's field names."""
        path = f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}"
        return {
            "account_sid": self.account_sid,
            "answered_by": self.answered_by,
            "api_version": API_VERSION,
            "caller_name": None,
            "date_created": rfc2822(self.created_at),
            "date_updated": rfc2822(self.updated_at),
            "direction": "outbound-api",
            "duration": None if self.seconds is None else str(self.seconds),
            "end_time": rfc2822(self.ended_at),
            "forwarded_from": None,
            "from": self.from_,
            "from_formatted": self.from_,
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": rfc2822(self.started_at),
            "status": self.status,
            "subresource_uris": {},
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": f"{path}.json",
        }

    def form(self, status: str) -> dict[str, str]:
        """Return the form fields that all posts about the call share."""
        fields = {
            "AccountSid": self.account_sid,
            "ApiVersion": API_VERSION,
            "CallSid": self.sid,
            "CallStatus": status,
            "Called": self.to,
            "Caller": self.from_,
            "Direction": "outbound-api",
            "From": self.from_,
            "To": self.to,
        }
        if self.answered_by is not None:
            fields["AnsweredBy"] = self.answered_by
        return fields

    def detection_form(self, milliseconds: int) -> dict[str, str]:
        """Return the form fields of the callback for asynchronous machine detection."""
        return {
            "AccountSid": self.account_sid,
            "AnsweredBy": self.answered_by or "unknown",
            "CallSid": self.sid,
            "MachineDetectionDuration": str(milliseconds),
        }

    def progress_form(self, status: str) -> dict[str, str]:
        """Return the form fields of the next status callback."""
        fields = self.form(status) | {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self.sequence),
            "Timestamp": rfc2822(self.updated_at) or "",
        }
        self.sequence += 1
        if self.seconds is not None:
            fields |= {"CallDuration": str(self.seconds), "Duration": str(-(-self.seconds // 60))}
        return fields
