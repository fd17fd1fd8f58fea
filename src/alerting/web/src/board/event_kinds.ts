/** The kinds of log events, from the service's types; panels select by exact name. */

import type { FeedEventBody } from "../api";

export type EventKind = FeedEventBody["kind"];

/** The payload of an event of a kind. */
export type PayloadOf<K extends EventKind> = Extract<FeedEventBody, { kind: K }>["payload"];

export const OF_ALERT: readonly EventKind[] = [
  "alert.proposed",
  "alert.withdrawn",
  "alert.raised",
  "alert.widened",
  "alert.widened_by_text",
  "alert.repeated_by_text",
  "alert.updated",
  "alert.cancelled",
  "alert.expired",
  "alert.closed",
  "alert.reopened",
  "alert.all_clear",
  "cap.followed",
  "sensor.told",
];

export const OF_APPROVALS: readonly EventKind[] = [
  "approval.asked",
  "approval.passed_on",
  "approval.approved",
  "approval.declined",
  "approval.lapsed",
];

export const OF_OFFICERS: readonly EventKind[] = [
  "officer.called",
  "officer.confirmed",
  "officer.not_woken",
  "officers.called_again",
  "officer.wake_asked",
];

export const OF_TASKS: readonly EventKind[] = ["task.opened", "task.taken", "task.closed"];

export const OF_HELP: readonly EventKind[] = [
  "help.called",
  "help.called_again",
  "help.resolved",
  "help.passed_on",
  "help.told",
];

export const OF_TEXTS: readonly EventKind[] = [
  "text.unclear",
  "text.suspected",
  "text.answered",
  "text.settled",
];

/** Events of incoming calls and texts that nobody needs to handle. */
export const OF_CAME_IN: readonly EventKind[] = ["call.received", "household.opted_in"];

export const OF_ROLL_CALLS: readonly EventKind[] = ["roll_call.called", "roll_call.ended"];

export const OF_SENDING: readonly EventKind[] = [
  "sending.late",
  "provider.needs_operator",
  "provider.up",
  "provider.slow",
  "provider.down",
  "households.reminded",
  "households.unreachable",
];
