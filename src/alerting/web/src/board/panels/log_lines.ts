/** The log as it is read: one line for what happened many times over at once. */

import type { EventBody, FeedEventBody } from "../../api";
import type { EventKind } from "../event_kinds";

/** An entry as the feed tells it, and as the service writes it out: with people's names. */
export type LogEvent = FeedEventBody & Partial<Pick<EventBody, "names">>;

/** Consecutive entries of one kind and place; `last` is the newest of them. */
export interface LogLine {
  readonly last: LogEvent;
  readonly count: number;
}

/** Kinds that come in great numbers; of these, neighbours in the log share a line. */
const MANY: ReadonlySet<EventKind> = new Set<EventKind>([
  "task.opened",
  "task.taken",
  "task.closed",
  "tasks.told",
  "officer.called",
  "officer.not_woken",
  "help.told",
  "text.answered",
  "households.reminded",
  "officers.called_again",
]);

/** Return the lines of a log that is given newest first. */
export function linesOf(log: readonly LogEvent[]): LogLine[] {
  const lines: { last: LogEvent; count: number }[] = [];
  for (const event of log) {
    const line = lines.at(-1);
    if (line && MANY.has(event.kind) && line.last.kind === event.kind) line.count += 1;
    else lines.push({ last: event, count: 1 });
  }
  return lines;
}

/** Put new entries before those known, newest first; what is known twice counts once, by name. */
export function merged(known: readonly LogEvent[], more: readonly LogEvent[]): readonly LogEvent[] {
  const bySeq = new Map(known.map((event) => [event.seq, event]));
  for (const event of more) if (!bySeq.get(event.seq)?.names) bySeq.set(event.seq, event);
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}

/** Whether a line mentions somebody by an id, whose name is still to be asked for. */
export function isNameless({ last, count }: LogLine): boolean {
  return count === 1 && !last.names && last.subject !== "";
}

/** Whom a line mentions: by name where that is known, and nobody while it is being asked for. */
export function whoOf({ last: { subject, names }, count }: LogLine): readonly string[] {
  if (count > 1 || !names) return [];
  const { [subject]: name = subject, ...others } = names;
  return [name, ...Object.values(others)].filter((each) => each !== "");
}
