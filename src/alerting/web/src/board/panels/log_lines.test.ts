import { expect, it } from "vitest";
import { isNameless, linesOf, merged, whoOf, type LogEvent } from "./log_lines";

function event(seq: number, kind: string): LogEvent {
  return { seq, at: "t", kind, division: "", subject: "", payload: {} };
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

it.each(["help.called", "alert.widened", "something new"])(
  "gives a line of its own to each %s",
  (kind) => expect(linesOf([event(2, kind), event(1, kind)])).toHaveLength(2),
);

it("puts pages and the feed together, newest first and each once", () => {
  const known = [event(5, "a"), event(4, "b")];
  const more = [event(4, "b"), event(6, "c"), event(3, "d")];
  expect(merged(known, more).map(({ seq }) => seq)).toEqual([6, 5, 4, 3]);
});

it("keeps an entry with names where the feed told it before or tells it again", () => {
  const [told, named] = [event(5, "a"), { ...event(5, "a"), names: { grid: "Li" } }];
  expect(merged([told], [named])).toEqual([named]);
  expect(merged([named], [told])).toEqual([named]);
});

it("shows whom an entry mentions by name, and no id while the name is asked for", () => {
  const asked = { ...event(5, "household.asked"), subject: "5119", payload: { by: "grid", n: 2 } };
  const of = (last: LogEvent, count = 1) => ({ last, count });
  expect([whoOf(of(asked)), isNameless(of(asked))]).toEqual([[], true]);
  const named = { ...asked, names: { "5119": "Wang 3", grid: "Li" } };
  expect([whoOf(of(named)), isNameless(of(named))]).toEqual([["Wang 3", "Li"], false]);
  expect(whoOf(of({ ...named, names: {} }))).toEqual(["5119"]);
  expect([whoOf(of(named, 2)), isNameless(of(asked, 2))]).toEqual([[], false]);
  expect([whoOf(of(event(1, "a"))), isNameless(of(event(1, "a")))]).toEqual([[], false]);
});
