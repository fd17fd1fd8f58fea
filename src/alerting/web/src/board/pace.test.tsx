import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { AlertState, PredictionBody } from "../api";
import type { Feed } from "../feed";
import { timeZone } from "../language";
import { drawn, SENT, SILENT_FEED } from "./drawing";
import { Pace } from "./pace";
import type { CurvePoint } from "./curve_points";

const MINUTE = 60_000;

function point(minute: number, unaccounted: number): CurvePoint {
  return { at: SENT + minute * MINUTE, total: 100, accounted: 100 - unaccounted, unaccounted };
}

/** The prediction that the service returns. */
let answer: Partial<PredictionBody>;
/** Whether the board shows its own division, whose prediction comes in the feed. */
let isOwn: boolean;

async function said(
  minute: number,
  points: readonly CurvePoint[],
  state: AlertState = "open",
): Promise<string> {
  const at = signal(SENT + minute * MINUTE);
  const sent = new Date(SENT).toISOString();
  const last = points.at(-1);
  const people = { unaccounted: last?.unaccounted ?? 0, evacuated: last?.accounted ?? 0 };
  const place = await drawn(
    <Pace
      at={at}
      heard={at}
      alert={1}
      feed={isOwn ? telling(answer) : SILENT_FEED}
      isOwn={isOwn}
      division="511921"
      counts={{ households: {}, people }}
      sent={sent}
      target={1800}
      points={signal(points)}
      state={state}
    />,
  );
  if (place.querySelector(".clock"))
    await vi.waitFor(() => expect(place.querySelector("[data-predicted-seq='42']")).not.toBeNull());
  return place.textContent ?? "";
}

/** A feed whose last prediction is this. */
function telling(prediction: Partial<PredictionBody>): Feed {
  const state = { prediction: { seq: 42, number: 0, ...prediction } };
  return { ...SILENT_FEED, state: signal(state) } as unknown as Feed;
}

function predicted(earliest: number, latest: number): void {
  const at = (minute: number): string => new Date(SENT + minute * MINUTE).toISOString();
  answer = { kind: "range", earliest: at(earliest), latest: at(latest) };
}

beforeEach(() => {
  answer = { kind: "withheld" };
  isOwn = false;
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(Response.json({ seq: 42, number: 0, ...answer }))),
  );
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
  it("stops when zero is reached, and says whether that was within the target", async () => {
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
  it("is a range of times of day, with the log entry that it is based on", async () => {
    predicted(15, 25);
    const text = await said(10, [point(0, 100), point(10, 20)]);
    expect(text).toContain("Expected to be clear between 13:25 and 13:35");
    expect(text).toContain("as of log entry 42");
    expect(text).not.toContain("later than the target");
  });

  it("comes in the feed of the own division, without a request", async () => {
    isOwn = true;
    predicted(15, 25);
    const text = await said(10, [point(0, 100), point(10, 20)]);
    expect(text).toContain("Expected to be clear between 13:25 and 13:35");
    expect(fetch).not.toHaveBeenCalled();
  });

  it("is marked if it ends after the target, and differently if it begins after it", async () => {
    predicted(25, 40);
    expect(await said(10, [point(0, 100)])).toContain("perhaps later than the target");
    predicted(32, 40);
    const text = await said(10, [point(0, 100)]);
    expect(text).toContain("later than the target");
    expect(text).not.toContain("perhaps");
  });

  it("is withheld with the reason and its number", async () => {
    answer = { kind: "withheld", reason: "doors_on_nobody", number: 3 };
    expect(await said(20, [point(0, 100)])).toContain(
      "3 doors were given to nobody: no time can be named",
    );
  });

  it("is the time at which zero was reached, after that time", async () => {
    expect(await said(40, [point(0, 100), point(21, 0)])).toContain(
      "All accounted for at 13:31, after 21 mins",
    );
  });
});
