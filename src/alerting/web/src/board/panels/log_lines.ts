/** The log as read: consecutive events of one frequent kind share a line. */

import type { EventBody, FeedEventBody } from "../../api";
import type { EventKind } from "../event_kinds";

/** An event from the feed, or from the service with people's names. */
export type LogEvent = FeedEventBody & Partial<Pick<EventBody, "names">>;

/** Consecutive events of one kind; `last` is the newest. */
export interface LogLine {
  readonly last: LogEvent;
  readonly count: number;
}

/** Frequent kinds, whose consecutive events share a line. */
const MANY: ReadonlySet<EventKind> = new Set<EventKind>([
  "task.opened",
  "task.taken",
  "task.closed",
  "tasks.told",
  "officer.called",
  "officer.not_woken",
  "help.told",
  "groups.told",
  "text.answered",
  "households.reminded",
  "officers.called_again",
]);

/** Return the lines of a log that is sorted newest first. */
export function linesOf(log: readonly LogEvent[]): LogLine[] {
  const lines: { last: LogEvent; count: number }[] = [];
  for (const event of log) {
    const line = lines.at(-1);
    if (line && MANY.has(event.kind) && line.last.kind === event.kind) line.count += 1;
    else lines.push({ last: event, count: 1 });
  }
  return lines;
}

/** Merge new events into the known ones, newest first. Of duplicates the one with names is kept. */
export function merged(known: readonly LogEvent[], more: readonly LogEvent[]): readonly LogEvent[] {
  const bySeq = new Map(known.map((event) => [event.seq, event]));
  for (const event of more) if (!bySeq.get(event.seq)?.names) bySeq.set(event.seq, event);
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}

/** Return whether a line mentions an id whose name is still to be queried. */
export function isNameless({ last, count }: LogLine): boolean {
  return count === 1 && !last.names && last.subject !== "";
}

/** Return the names that a line mentions; empty while they are being queried. */
export function whoOf({ last: { subject, names }, count }: LogLine): readonly string[] {
  if (count > 1 || !names) return [];
  const { [subject]: name = subject, ...others } = names;
  return [name, ...Object.values(others)].filter((each) => each !== "");
}
