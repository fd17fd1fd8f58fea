import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import type { AlertState } from "../api";
import { timeZone } from "../language";
import { drawn, SENT } from "./drawing";
import { Pace } from "./pace";
import type { CurvePoint } from "./prediction";

const MINUTE = 60_000;

function point(minute: number, unaccounted: number): CurvePoint {
  return { at: SENT + minute * MINUTE, total: 100, accounted: 100 - unaccounted, unaccounted };
}

async function said(
  minute: number,
  points: readonly CurvePoint[],
  state: AlertState = "open",
): Promise<string> {
  const at = signal(SENT + minute * MINUTE);
  const sent = new Date(SENT).toISOString();
  const place = await drawn(
    <Pace at={at} heard={at} sent={sent} target={1800} points={signal(points)} state={state} />,
  );
  return place.textContent ?? "";
}

beforeEach(() => {
  timeZone.value = "Asia/Shanghai";
});

describe("the time since the alert", () => {
  it("shows the time left to the target, then the time over it", async () => {
    expect(await said(12.5, [point(0, 100)])).toContain("12 mins");
    expect(await said(12.5, [point(0, 100)])).toContain("17 mins left");
    expect(await said(33, [point(0, 100)])).toContain("3 mins over");
  });
});

describe("the clock of an alert that is finished", () => {
  it("stops when zero was reached and says whether that was within the target", async () => {
    const early = await said(90, [point(0, 100), point(21, 0)]);
    expect(early).toContain("21 mins");
    expect(early).toContain("within the target of 30 mins");
    expect(early).not.toContain("1 hr");
    const late = await said(90, [point(0, 100), point(45, 0)], "closed");
    expect(late).toContain("15 mins over the target");
  });

  it("goes on when somebody is missing again", async () => {
    const again = await said(90, [point(0, 100), point(21, 0), point(80, 2)]);
    expect(again).toContain("1 hr 30 mins");
  });

  it("is not shown for an alert that was cancelled before zero", async () => {
    const text = await said(90, [point(0, 100)], "cancelled");
    expect(text).toBe("The alert is over.");
  });
});

describe("the predicted zero", () => {
  it("is a time of day, marked if later than the target", async () => {
    const points = [point(0, 100), point(5, 60), point(10, 20)];
    expect(await said(10, points)).toContain("13:22 (in 2 mins)");
    expect(await said(10, points)).not.toContain("later than the target");
    const slow = [point(0, 100), point(5, 60), point(10, 50)];
    expect(await said(10, slow)).toContain("later than the target");
  });

  it("is withheld with the reason if the number does not fall", async () => {
    const points = [point(0, 100), point(5, 60)];
    const text = await said(20, points);
    expect(text).toContain("No estimate yet");
    expect(text).toContain("did not fall");
  });

  it("is the time when zero was reached, once it was", async () => {
    expect(await said(40, [point(0, 100), point(21, 0)])).toContain(
      "All accounted for at 13:31, after 21 mins",
    );
  });
});
