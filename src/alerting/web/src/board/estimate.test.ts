import { describe, expect, it } from "vitest";
import type { PredictionBody } from "../api";
import type { Counts } from "./counts";
import type { CurvePoint } from "./curve_points";
import { estimateOf, type Estimate } from "./estimate";

const MINUTE = 60_000;
const BEGUN = Date.parse("2026-08-29T05:10:00Z");

function minute(minutes: number): number {
  return BEGUN + minutes * MINUTE;
}

function said(changes: Partial<PredictionBody>): PredictionBody {
  const nothing = { earliest: null, latest: null, reached: null, reason: null, number: 0 };
  const at = new Date(BEGUN).toISOString();
  return { seq: 7, at, kind: "withheld", ...nothing, ...changes };
}

const RANGE = said({
  kind: "range",
  earliest: new Date(minute(20)).toISOString(),
  latest: new Date(minute(35)).toISOString(),
});

function feed(missing: number, calls = 0): Counts {
  return { households: { needs_help: calls }, people: { unaccounted: missing, evacuated: 5 } };
}

function estimate(
  prediction: PredictionBody | null,
  counts: Counts,
  points: readonly CurvePoint[] = [],
  at = minute(5),
): Estimate {
  return estimateOf(prediction, counts, points, "open", at);
}

function heardAt(minutes: number): CurvePoint {
  return { at: minute(minutes), total: 5, accounted: 5, unaccounted: 0 };
}

describe("the estimate of the moment of zero", () => {
  it("is the service's range without its past part", () => {
    const whole = { kind: "range", earliest: minute(20), latest: minute(35) };
    expect(estimate(RANGE, feed(3))).toEqual(whole);
    expect(estimate(RANGE, feed(3), [], minute(25))).toEqual({ ...whole, earliest: minute(25) });
  });

  it("announces a new estimate after the range has passed, and before the first range", () => {
    expect(estimate(RANGE, feed(3), [], minute(36))).toEqual({ kind: "follows" });
    expect(estimate(null, feed(3))).toEqual({ kind: "follows" });
  });

  it("is zero as soon as the feed shows nobody missing and no call for help", () => {
    expect(estimate(RANGE, feed(0), [heardAt(12)])).toEqual({ kind: "zero", at: minute(12) });
    expect(estimate(RANGE, feed(0, 1), [heardAt(12)]).kind).toBe("range");
  });

  it("is not zero while the feed shows somebody missing, whatever was predicted", () => {
    const reached = said({ kind: "reached", reached: new Date(minute(4)).toISOString() });
    expect(estimate(reached, feed(2))).toEqual({ kind: "follows" });
  });

  it("is the time of the last answer, or that of the last resolved call if that is later", () => {
    const reached = said({ kind: "reached", reached: new Date(minute(14)).toISOString() });
    expect(estimate(reached, feed(0), [heardAt(12)])).toEqual({ kind: "zero", at: minute(14) });
    expect(estimate(reached, feed(0), [])).toEqual({ kind: "zero", at: minute(14) });
  });

  it("never counts more calls for help than the feed", () => {
    const calls = said({ reason: "help_open", number: 63 });
    const told = { kind: "withheld", reason: "help_open" };
    expect(estimate(calls, feed(9, 63))).toEqual({ ...told, count: 63 });
    expect(estimate(calls, feed(9, 60))).toEqual({ ...told, count: 60 });
    expect(estimate(calls, feed(9, 0))).toEqual({ kind: "follows" });
  });

  it("ends with an alert that was cancelled before zero", () => {
    expect(estimateOf(RANGE, feed(3), [], "cancelled", minute(5))).toEqual({ kind: "over" });
  });
});
