"""Outcomes of an incoming message, and the reasons for them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """The outcome of an incoming message."""

    UNREAD = "unread"
    """It is stored, but the process ended before reading it. If sent again, it is read."""
    REFUSED = "refused"
    """It is not a CAP message; the detail names the element."""
    IGNORED = "ignored"
    """It is a CAP message that has no effect here."""
    DUPLICATE = "duplicate"
    """The same message was received before."""
    NOTED = "noted"
    """It is shown on the boards of the divisions that it covers."""
    PROPOSED = "proposed"
    """It is shown, and an officer may raise it as an alert."""
    ALERTED = "alerted"
    """An alert was raised at once."""
    UPDATED = "updated"
    """It refers to a message whose alert was corrected."""
    CANCELLED = "cancelled"
    """It ended the alerts, proposals and notes of the messages that it refers to."""


SHOWN: Final = frozenset({Outcome.NOTED, Outcome.PROPOSED, Outcome.ALERTED, Outcome.UPDATED})
"""Outcomes of messages that boards show until they expire or are replaced."""


class Reason(StrEnum):
    """Why a message had its outcome; `SAID` has the texts for people."""

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
    Reason.BY_RULE: "a rule of the policy applies to it",
    Reason.NO_RULE: "no rule of the policy applies to it, so it is a note",
    Reason.NOT_CAP: "it is not a CAP 1.2 message",
    Reason.STATUS_TEST: "its status is Test: recipients disregard it",
    Reason.STATUS_SYSTEM: "its status is System: it is for the sender's own functions",
    Reason.STATUS_DRAFT: "its status is Draft: nobody is to act on it",
    Reason.ACTUAL_IN_A_DRILL: "this service runs a drill and takes exercises only",
    Reason.EXERCISE: "it is an exercise, for which the rule allows only a note",
    Reason.ACKNOWLEDGEMENT: "it acknowledges our message, which needs no action",
    Reason.ERROR_REPORTED: "its sender could not read our message; its note tells why",
    Reason.PRIVATE: "its scope is Private: it is for its addresses only",
    Reason.RESTRICTED: "its scope is Restricted: officers may read it, households may not",
    Reason.ALL_CLEAR: "its sender gives the all-clear, which only an officer may give here",
    Reason.NO_INFO: "it has no info block, so it concerns no area",
    Reason.EXPIRED: "it had expired when it came",
    Reason.NOT_YET_EFFECTIVE: "it takes effect later, so it waits for an officer",
    Reason.OTHER_RESPONSE: "it asks for another response than evacuation, so an officer decides",
    Reason.NO_AREA: "its areas have no division code, polygon or circle",
    Reason.UNKNOWN_CODES: "its division codes are not in the roster",
    Reason.NOBODY_THERE: "no household with coordinates is in its polygons and circles",
    Reason.TOO_WIDE: "its area has more divisions than an alert can have",
    Reason.WHOLE_VILLAGES: "an alert cannot have its exact area, so an officer decides",
    Reason.OFFICER_UNKNOWN: "the officer in whose name it would be raised is not in the roster",
    Reason.NOT_PERMITTED: "the officer in whose name it would be raised or changed may not do that",
    Reason.NOBODY_DECIDES: "no town, county or city covers its whole area, so nobody could decide",
    Reason.SAME_MESSAGE: "the same message was received before",
    Reason.OUR_OWN: "this service issued it, and it came back through another system",
    Reason.IDENTITY_REUSED: "another message with its identifier, sender and sent came before",
    Reason.TAKEN_FROM_ANOTHER: "the same message came from another source and was acted on",
    Reason.REPLACED_BEFORE: "an Update that refers to it came before it",
    Reason.CANCELLED_BEFORE: "a Cancel that refers to it came before it",
    Reason.NOTHING_CHANGED: "the alert already has these values",
    Reason.FOLLOWS: "it refers to a message that was received before",
    Reason.NOTHING_TO_CANCEL: "no message that it refers to came before and had an effect",
    Reason.ALREADY_OVER: "the alert that it is about is over, or does not allow this",
}
