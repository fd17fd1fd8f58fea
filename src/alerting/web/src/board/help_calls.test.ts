import { describe, expect, it } from "vitest";
import { callsIn, newCalls } from "./help_calls";

describe("new calls for help", () => {
  it("are counted by place; places without calls are left out", () => {
    const tallies = {
      a: { households: { needs_help: 2 }, people: {} },
      b: { households: { needs_help: 0 }, people: {} },
      c: { households: {}, people: {} },
    };
    expect(callsIn(tallies)).toEqual({ a: 2 });
  });

  it.each([
    [null, { a: 3 }, []],
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2, b: 1 }, ["a", "b"]],
    [{ a: 2 }, { a: 1 }, []],
    [{ a: 2, b: 1 }, { b: 2 }, ["b"]],
    [{}, { a: 1 }, ["a"]],
  ])("from %j to %j are in %j", (before, now, where) => {
    expect(newCalls(before, now)).toEqual(where);
  });
});
