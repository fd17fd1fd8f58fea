import { expect, it } from "vitest";
import type { EventKind } from "../event_kinds";
import { isNameless, linesOf, merged, whoOf, type LogEvent } from "./log_lines";

function event(seq: number, kind: EventKind): LogEvent {
  return { seq, at: "t", kind, division: "", subject: "", payload: {} } as LogEvent;
}

it("collapses consecutive events of one kind into the newest", () => {
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
  "keeps a separate line for each %s",
  (kind) => expect(linesOf([event(2, kind), event(1, kind)])).toHaveLength(2),
);

it("merges pages with the feed, newest first, each event once", () => {
  const known = [event(5, "task.opened"), event(4, "task.taken")];
  const more = [event(4, "task.taken"), event(6, "help.called"), event(3, "alert.raised")];
  expect(merged(known, more).map(({ seq }) => seq)).toEqual([6, 5, 4, 3]);
});

it("prefers the event with names, whichever came first", () => {
  const told = event(5, "task.opened");
  const named = { ...told, names: { grid: "Li" } };
  expect(merged([told], [named])).toEqual([named]);
  expect(merged([named], [told])).toEqual([named]);
});

it("shows mentioned people by name, and no id before the names arrive", () => {
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
