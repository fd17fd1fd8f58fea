import { expect, it } from "vitest";
import type { EventBody } from "../../api";
import { linesOf, merged } from "./log_lines";

function event(seq: number, kind: string): EventBody {
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
