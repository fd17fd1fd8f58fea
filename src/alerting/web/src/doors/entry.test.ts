import { describe, expect, it } from "vitest";
import { correctionOf, settles, UNDO_MS, undoOf } from "./entry";
import { doorOf, draftOf, entryOf, START, VILLAGE } from "./samples";

const out = draftOf("evacuated");

describe("undo", () => {
  it.each([
    ["waiting", "drop"],
    ["tried", "correct"],
    ["received", "correct"],
    ["refused", null],
  ] as const)("of a report that is %s: %s", (state, how) => {
    const entry = entryOf(out, { state });
    expect(undoOf(entry, START + UNDO_MS - 1)).toBe(how);
    expect(undoOf(entry, START + UNDO_MS)).toBeNull();
  });

  it("happens once, and is impossible for a correction or confirmation", () => {
    expect(undoOf(entryOf(out, { takenBack: true }), START)).toBeNull();
    expect(undoOf(entryOf({ ...out, takesBack: 7 }), START)).toBeNull();
    expect(undoOf(entryOf({ ...out, deed: { kind: "confirm" } }), START)).toBeNull();
  });

  it.each([
    ["unaccounted", "evacuated", 0],
    ["partly", "evacuated", 0],
    ["evacuated", "evacuated", 0],
    ["needs_help", "needs_help", null],
    ["staying", "staying", null],
  ] as const)(
    "never improves the standing of a household that was %s",
    (standing, report, people) => {
      const deed = correctionOf(entryOf(draftOf("evacuated", doorOf(1, { standing }))));
      expect(deed).toMatchObject({ kind: "report", report, people });
    },
  );

  it("has no correction for 'not home'", () => {
    const entry = entryOf(draftOf("not_home"), { state: "received" });
    expect(correctionOf(entry)).toBeNull();
    expect(undoOf(entry, START)).toBeNull();
    expect(undoOf({ ...entry, state: "waiting" }, START)).toBe("drop");
  });

  it("has no correction for a sent check-in or visitor", () => {
    const checkIn = { kind: "check_in", household: `${VILLAGE}0001`, people: 2 } as const;
    const visitors = {
      kind: "visitors",
      division: VILLAGE,
      name: "游客",
      people: 3,
      report: "evacuated",
    } as const;
    for (const deed of [checkIn, visitors])
      expect(undoOf(entryOf({ ...out, deed }, { state: "received" }), START)).toBeNull();
  });
});

it.each([
  ["evacuated", null, true],
  ["evacuated", 4, true],
  ["evacuated", 3, false],
  ["staying", null, true],
  ["elsewhere", null, true],
  ["needs_help", null, false],
  ["not_home", null, false],
] as const)("%s of %s people of four settles the door: %s", (report, people, settled) => {
  expect(settles(entryOf(draftOf(report, doorOf(1), people)))).toBe(settled);
});
