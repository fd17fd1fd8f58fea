import { describe, expect, it } from "vitest";
import { UNDO_MS, type Entry } from "./entry";
import { goneOf, roundOf } from "./round";
import { doorOf, draftOf, entryOf, START } from "./samples";
import { EMPTY_CACHE, goneAfter } from "./server_cache";

const HOMES = [doorOf(1), doorOf(2), doorOf(3)];
const CACHE = { ...EMPTY_CACHE, mine: HOMES, askedAt: START - 1000 };
const LATER = START + UNDO_MS;

function stages(cache: typeof CACHE, entries: readonly Entry[], now: number): string[] {
  return roundOf(cache, entries, null, now).map(({ door, stage }) => `${door.id} ${stage}`);
}

describe("a door", () => {
  it("stays in its place for the minute in which its report can be undone", () => {
    const out = entryOf(draftOf("evacuated", doorOf(2)));
    expect(stages(CACHE, [out], LATER - 1)).toEqual(["1 todo", "2 just", "3 todo"]);
    expect(stages(CACHE, [out], LATER)).toEqual(["1 todo", "3 todo", "2 reported"]);
  });

  it("stays there when the service has the report and no longer lists the door", () => {
    const out = entryOf(draftOf("evacuated", doorOf(2)), { state: "received", answeredAt: START });
    const cache = { ...CACHE, mine: [doorOf(1), doorOf(3)], askedAt: START + 500 };
    expect(stages(cache, [out], LATER - 1)).toEqual(["1 todo", "2 just", "3 todo"]);
    expect(stages(cache, [out], LATER)).toEqual(["1 todo", "3 todo", "2 reported"]);
  });

  it("does not move under the finger when its call for help arrives", () => {
    const help = entryOf(draftOf("needs_help", doorOf(2)), {
      state: "received",
      answeredAt: START,
    });
    const worse = doorOf(2, { standing: "needs_help" });
    const cache = { ...CACHE, mine: [worse, doorOf(1), doorOf(3)] };
    expect(stages(cache, [help], LATER - 1)[1]).toBe("2 todo");
    expect(stages(cache, [help], LATER)[0]).toBe("2 todo");
  });

  it.each(["not_home", "needs_help"] as const)("is still to do after '%s'", (report) => {
    expect(stages(CACHE, [entryOf(draftOf(report))], LATER)[0]).toBe("1 todo");
  });

  it("is still to do if some people are left", () => {
    expect(stages(CACHE, [entryOf(draftOf("evacuated", doorOf(1), 3))], LATER)[0]).toBe("1 todo");
  });

  it("is to do again if the service still lists it after receiving the report", () => {
    const out = entryOf(draftOf("evacuated"), { state: "received", answeredAt: START + 5000 });
    const before = { ...CACHE, askedAt: START + 4999 };
    expect(stages(before, [out], LATER)[2]).toBe("1 reported");
    expect(stages({ ...before, askedAt: START + 5001 }, [out], LATER)[0]).toBe("1 todo");
  });

  it("is to do again if the service refused the report", () => {
    const out = entryOf(draftOf("evacuated"), { state: "refused", answeredAt: START });
    expect(stages(CACHE, [out], START)[0]).toBe("1 todo");
  });

  it("is to do again when its report was undone, listed or not", () => {
    const out = entryOf(draftOf("evacuated"), { state: "received", takenBack: true });
    const correction = entryOf(
      { ...draftOf("evacuated", doorOf(1), 0), takesBack: 1 },
      { id: 2, state: "received", answeredAt: START },
    );
    expect(stages(CACHE, [out, correction], LATER)[0]).toBe("1 todo");
    const gone = { ...CACHE, mine: HOMES.slice(1) };
    expect(stages(gone, [out, correction], LATER)[0]).toBe("1 todo");
    expect(stages(gone, [out, correction], START + 20 * UNDO_MS)[2]).toBe("1 reported");
  });

  it("shows the latest of several reports, whatever their state", () => {
    const entries = [
      entryOf(draftOf("not_home"), { state: "received" }),
      entryOf(draftOf("evacuated"), { id: 2 }),
    ];
    const [first] = roundOf(CACHE, entries, null, START);
    expect([first?.stage, first?.latest?.id]).toEqual(["just", 2]);
  });

  it("of another alert is a separate door", () => {
    const other = doorOf(9, { alert: 2, household: doorOf(1).household });
    const cache = { ...CACHE, mine: [doorOf(1), other] };
    const out = entryOf(draftOf("evacuated"));
    expect(stages(cache, [out], LATER)).toEqual(["9 todo", "1 reported"]);
  });
});

describe("a door that is no longer the officer's", () => {
  const alerts = [{ id: 1 }];

  it("is kept until it is the officer's again or its alert is over", () => {
    const once = goneAfter({ mine: HOMES, gone: [] }, [doorOf(1)], alerts);
    expect(once.map(({ id }) => id)).toEqual([2, 3]);
    const twice = goneAfter({ mine: [doorOf(1)], gone: once }, [doorOf(3)], alerts);
    expect(twice.map(({ id }) => id)).toEqual([1, 2]);
    expect(goneAfter({ mine: HOMES, gone: once }, [], [])).toEqual([]);
  });

  it("shows who has it now, and disappears if nobody needs to visit it", () => {
    const others = [doorOf(2, { officer: "next", officer_name: "officer next" })];
    const cache = { ...EMPTY_CACHE, gone: [doorOf(2), doorOf(3)], others };
    expect(goneOf(cache, []).map(({ door, to }) => [door.id, to])).toEqual([[2, "officer next"]]);
  });

  it("is shown as reported, once this phone has reported on it", () => {
    const cache = { ...EMPTY_CACHE, gone: [doorOf(2)], others: [doorOf(2)] };
    expect(goneOf(cache, [entryOf(draftOf("evacuated", doorOf(2)))])).toEqual([]);
  });
});
