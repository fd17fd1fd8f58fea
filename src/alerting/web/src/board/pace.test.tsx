import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { timeZone } from "../language";
import { drawn, SENT } from "./drawing";
import { Pace } from "./pace";
import type { CurvePoint } from "./prediction";

const MINUTE = 60_000;

function point(minute: number, unaccounted: number): CurvePoint {
  return { at: SENT + minute * MINUTE, total: 100, accounted: 100 - unaccounted, unaccounted };
}

async function said(minute: number, points: readonly CurvePoint[]): Promise<string> {
  const at = signal(SENT + minute * MINUTE);
  const sent = new Date(SENT).toISOString();
  const place = await drawn(
    <Pace at={at} heard={at} sent={sent} target={1800} points={signal(points)} />,
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
