import { expect, it } from "vitest";
import type { EventKind } from "../event_kinds";
import { isNameless, linesOf, merged, whoOf, type LogEvent } from "./log_lines";

function event(seq: number, kind: EventKind): LogEvent {
  return { seq, at: "t", kind, division: "", subject: "", payload: {} } as LogEvent;
}

it("gives a line to what happened many times over at once, and the newest stands for it", () => {
  const log = [
    event(5, "task.opened"),
    event(4, "task.opened"),
    event(3, "task.taken"),
    event(2, "task.opened"),
  ];
  expect(linesOf(log).map(({ last, count }) => [last.seq, count])).toEqual([
    [5, 2],
    [3, 1],
    [2, 1],
  ]);
});

it.each<EventKind>(["help.called", "alert.widened", "text.unclear"])(
  "gives a line of its own to each %s",
  (kind) => expect(linesOf([event(2, kind), event(1, kind)])).toHaveLength(2),
);

it("puts pages and the feed together, newest first and each once", () => {
  const known = [event(5, "task.opened"), event(4, "task.taken")];
  const more = [event(4, "task.taken"), event(6, "help.called"), event(3, "alert.raised")];
  expect(merged(known, more).map(({ seq }) => seq)).toEqual([6, 5, 4, 3]);
});

it("keeps an entry with names where the feed told it before or tells it again", () => {
  const told = event(5, "task.opened");
  const named = { ...told, names: { grid: "Li" } };
  expect(merged([told], [named])).toEqual([named]);
  expect(merged([named], [told])).toEqual([named]);
});

it("shows whom an entry mentions by name, and no id while the name is asked for", () => {
  const asked = { ...event(5, "household.asked"), subject: "511921100208001" };
  const of = (last: LogEvent, count = 1) => ({ last, count });
  expect([whoOf(of(asked)), isNameless(of(asked))]).toEqual([[], true]);
  const named = { ...asked, names: { "511921100208001": "Wang 3", grid: "Li" } };
  expect([whoOf(of(named)), isNameless(of(named))]).toEqual([["Wang 3", "Li"], false]);
  expect(whoOf(of({ ...named, names: {} }))).toEqual(["511921100208001"]);
  expect([whoOf(of(named, 2)), isNameless(of(asked, 2))]).toEqual([[], false]);
  expect([whoOf(of(event(1, "alert.expired"))), isNameless(of(event(1, "alert.expired")))]).toEqual(
    [[], false],
  );
});
