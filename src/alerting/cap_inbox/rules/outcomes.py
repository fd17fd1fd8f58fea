"""Outcomes of a message that came in, and the reasons that are given with them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """The outcome of a message."""

    UNREAD = "unread"
    """It is kept; the process ended before it was read. Sent again, it is read."""
    REFUSED = "refused"
    """It is no CAP message: its detail names the element."""
    IGNORED = "ignored"
    """It is a message, but nothing follows from it here."""
    DUPLICATE = "duplicate"
    """It was taken before."""
    NOTED = "noted"
    """The boards of the divisions it covers show it."""
    PROPOSED = "proposed"
    """It also waits for an officer, who may raise it as an alert."""
    ALERTED = "alerted"
    """An alert was raised at once."""
    UPDATED = "updated"
    """The alert that came of the message it refers to was corrected."""
    CANCELLED = "cancelled"
    """The alerts and proposals from the messages that it refers to have ended."""


SHOWN: Final = frozenset({Outcome.NOTED, Outcome.PROPOSED, Outcome.ALERTED, Outcome.UPDATED})
"""Outcomes by which boards show a message until it expires or another one replaces it."""


class Reason(StrEnum):
    """Why a message had its outcome; `SAID` has the sentences."""

    BY_RULE = "by_rule"
    NO_RULE = "no_rule"
    NOT_CAP = "not_cap"
    STATUS_TEST = "status_test"
    STATUS_SYSTEM = "status_system"
    STATUS_DRAFT = "status_draft"
    ACTUAL_IN_A_DRILL = "actual_in_a_drill"
    EXERCISE = "exercise"
    ACKNOWLEDGEMENT = "acknowledgement"
    ERROR_REPORTED = "error_reported"
    PRIVATE = "private"
    RESTRICTED = "restricted"
    ALL_CLEAR = "all_clear"
    NO_INFO = "no_info"
    EXPIRED = "expired"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    OTHER_RESPONSE = "other_response"
    NO_AREA = "no_area"
    UNKNOWN_CODES = "unknown_codes"
    NOBODY_THERE = "nobody_there"
    TOO_WIDE = "too_wide"
    WHOLE_VILLAGES = "whole_villages"
    OFFICER_UNKNOWN = "officer_unknown"
    NOT_PERMITTED = "not_permitted"
    NOBODY_DECIDES = "nobody_decides"
    SAME_MESSAGE = "same_message"
    OUR_OWN = "our_own"
    IDENTITY_REUSED = "identity_reused"
    TAKEN_FROM_ANOTHER = "taken_from_another"
    REPLACED_BEFORE = "replaced_before"
    CANCELLED_BEFORE = "cancelled_before"
    NOTHING_CHANGED = "nothing_changed"
    FOLLOWS = "follows"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    ALREADY_OVER = "already_over"


SAID: Final[Mapping[Reason, str]] = {
    Reason.BY_RULE: "the policy's rule for such messages says so",
    Reason.NO_RULE: "no rule of the policy fits it: it is a note",
    Reason.NOT_CAP: "it is no message of CAP 1.2",
    Reason.STATUS_TEST: "its status is Test: recipients disregard it",
    Reason.STATUS_SYSTEM: "its status is System: it is for the sender's own functions",
    Reason.STATUS_DRAFT: "its status is Draft: it is not to be acted on",
    Reason.ACTUAL_IN_A_DRILL: "this service runs a drill and takes exercises only",
    Reason.EXERCISE: "it is an exercise, which the rule does not follow: it is a note",
    Reason.ACKNOWLEDGEMENT: "it acknowledges a message of ours; that is no household's answer",
    Reason.ERROR_REPORTED: "its sender could not read a message of ours; its note says why",
    Reason.PRIVATE: "its scope is Private: it is for its addresses only",
    Reason.RESTRICTED: "its scope is Restricted: officers may read it, households may not",
    Reason.ALL_CLEAR: "its sender gives the all-clear, which here an officer gives",
    Reason.NO_INFO: "it has no info: it says nothing about any place",
    Reason.EXPIRED: "it had expired when it came",
    Reason.NOT_YET_EFFECTIVE: "it takes effect later, and an alert is sent at once: it waits",
    Reason.OTHER_RESPONSE: "it asks for another response than to evacuate: an officer decides",
    Reason.NO_AREA: "its areas have no division code, polygon or circle",
    Reason.UNKNOWN_CODES: "its division codes are not in the roster",
    Reason.NOBODY_THERE: "no household with coordinates lies in its polygons and circles",
    Reason.TOO_WIDE: "its area has more divisions than an alert may have",
    Reason.WHOLE_VILLAGES: "an alert can say its area by whole villages only: an officer decides",
    Reason.OFFICER_UNKNOWN: "the officer in whose name it would be raised is not in the roster",
    Reason.NOT_PERMITTED: "the officer in whose name it would be done may not do that",
    Reason.NOBODY_DECIDES: "no town, county or city covers its area: nobody could decide",
    Reason.SAME_MESSAGE: "the same message was taken before",
    Reason.OUR_OWN: "this service issued it: it came back by another system",
    Reason.IDENTITY_REUSED: "another message with the same identifier, sender and sent was taken",
    Reason.TAKEN_FROM_ANOTHER: "the same message was acted on when another source sent it",
    Reason.REPLACED_BEFORE: "an Update that refers to it came before it",
    Reason.CANCELLED_BEFORE: "a Cancel that refers to it came before it",
    Reason.NOTHING_CHANGED: "the alert reads like that already",
    Reason.FOLLOWS: "it follows a message that was taken before",
    Reason.NOTHING_TO_CANCEL: "nothing that it refers to came before, or anything came of it",
    Reason.ALREADY_OVER: "the alert it is about is over or does not allow that",
}
