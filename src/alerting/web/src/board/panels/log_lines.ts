/** The log as it is read: one line for what happened many times over at once. */

import type { EventBody } from "../../api";

/** Consecutive entries of one kind and place; `last` is the newest of them. */
export interface LogLine {
  readonly last: EventBody;
  readonly count: number;
}

/** Kinds that come in great numbers; of these, neighbours in the log share a line. */
const MANY = new Set([
  "task.opened",
  "task.taken",
  "task.closed",
  "tasks.told",
  "officer.called",
  "officer.not_woken",
  "help.told",
  "text.taken",
  "households.reminded",
  "officers.called_again",
]);

/** Return the lines of a log that is given newest first. */
export function linesOf(log: readonly EventBody[]): LogLine[] {
  const lines: { last: EventBody; count: number }[] = [];
  for (const event of log) {
    const line = lines.at(-1);
    if (line && MANY.has(event.kind) && line.last.kind === event.kind) line.count += 1;
    else lines.push({ last: event, count: 1 });
  }
  return lines;
}

/** Put new entries before those known, newest first; what is known twice counts once. */
export function merged(
  known: readonly EventBody[],
  more: readonly EventBody[],
): readonly EventBody[] {
  const bySeq = new Map([...known, ...more].map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}
