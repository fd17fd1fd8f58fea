import { describe, expect, it } from "vitest";
import type { FeedTallyBody, NextStepBody } from "../../api";
import { reconciled } from "./steps";

const VILLAGE = "511921100208";

function step(reason: NextStepBody["reason"], number: number): NextStepBody {
  return { reason, number, place: null, officer: null, provider: null, until: null };
}

function feed(missing: number, calls: number): { tallies: Record<string, FeedTallyBody> } {
  const households = { needs_help: calls, unaccounted: missing };
  return { tallies: { [VILLAGE]: { households, people: { unaccounted: missing, evacuated: 5 } } } };
}

function numbers(steps: readonly NextStepBody[], missing: number, calls: number): number[] {
  return reconciled(steps, feed(missing, calls), "511921").map(({ number }) => number);
}

describe("steps that are older than the feed", () => {
  it("show the feed's number of people unaccounted", () => {
    expect(numbers([step("many_left", 120)], 90, 0)).toEqual([90]);
  });

  it("never show more calls for help than the feed", () => {
    expect(numbers([step("help_unattended", 3)], 0, 2)).toEqual([2]);
    expect(numbers([step("help_unattended", 1)], 0, 2)).toEqual([1]);
  });

  it("are gone once the feed shows them done", () => {
    expect(numbers([step("few_left", 3), step("help_unattended", 1)], 0, 0)).toEqual([]);
  });

  it("offer no close while the feed shows somebody unaccounted or a call open", () => {
    expect(numbers([step("ready_to_close", 5)], 1, 0)).toEqual([]);
    expect(numbers([step("ready_to_close", 5)], 0, 1)).toEqual([]);
    expect(numbers([step("ready_to_close", 5)], 0, 0)).toEqual([5]);
  });

  it("keep the numbers that the feed does not carry", () => {
    expect(numbers([step("officers_not_woken", 6)], 0, 0)).toEqual([6]);
  });
});
