import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HouseholdActionBody, HouseholdRecordBody, TryBody } from "../api";
import { time, timeZone } from "../language";
import { AskAgain, isUnderWay } from "./ask_again";
import { drawn, listedBody, press } from "./drawing";

const CODE = "5119211002080001";
const AT = "2026-08-29T19:12:00Z";

let sent: [string, unknown][];
let answer: () => Response;
let done: number;

beforeEach(() => {
  timeZone.value = "Asia/Shanghai";
  [sent, done] = [[], 0];
  vi.stubGlobal("fetch", async (url: string, request: RequestInit) => {
    sent.push([url, JSON.parse(String(request.body))]);
    return answer();
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function tried(more: Partial<TryBody> = {}): TryBody {
  return { channel: "sms", at: AT, state: "delivered", by: null, by_name: null, ...more };
}

function record(
  tries: readonly TryBody[] = [],
  reason: HouseholdActionBody["reason"] = null,
): HouseholdRecordBody {
  const household = listedBody(CODE, "unaccounted");
  const allowed_actions = (["ask_by_text", "ask_by_call"] as const).map((action) => ({
    action,
    allowed: reason === null,
    reason,
  }));
  const phones = ["+8610000000001"];
  const roster = { phones, centre: null, courtyard: null };
  return { household, ...roster, persons: [], evidence: [], door: null, tries, allowed_actions };
}

function board(of: HouseholdRecordBody) {
  return drawn(<AskAgain alert={1} record={of} onDone={() => (done += 1)} />);
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("asking one household again", () => {
  it("sends the channel that was pressed and shows when it was asked", async () => {
    answer = () => Response.json(tried({ channel: "voice" }), { status: 201 });
    const place = await board(record());
    await press(place, "Call with a recording");
    await settled();
    expect(sent).toEqual([[`/api/alerts/1/households/${CODE}/ask`, { channel: "voice" }]]);
    expect(place.querySelector("[role=status]")?.textContent).toBe(`Asked again at ${time(AT)}`);
    expect(done).toBe(1);
  });

  it.each<[Partial<TryBody>, string]>([
    [{}, "texted at 03:12 · delivered"],
    [{ by: "grid", by_name: "Li" }, "asked again at 03:12 by Li · delivered"],
    [{ state: "queued" }, "texted at 03:12 · waiting to be sent"],
    [{ state: "accepted" }, "texted at 03:12 · on its way"],
    [{ state: "undelivered" }, "texted at 03:12 · not delivered"],
    [{ channel: "voice" }, "called at 03:12 · heard to the end"],
    [{ channel: "voice", state: "failed" }, "called at 03:12 · not answered"],
    [{ channel: "voice", state: "expired" }, "called at 03:12 · not sent"],
  ])("shows the outcome of the last try on the button: %o", async (more, words) => {
    expect((await board(record([tried(more)]))).textContent).toContain(words);
  });

  it("is disabled while the last try waits to be sent", async () => {
    const place = await board(record([tried({ state: "queued" })]));
    const [text, call] = place.querySelectorAll("button");
    expect([text?.disabled, call?.disabled]).toEqual([true, false]);
  });

  it("gives the reason of a refusal in the reader's words and reads the record again", async () => {
    answer = () => Response.json({ detail: "x", reasons: ["under_way"] }, { status: 409 });
    const place = await board(record());
    await press(place, "Text again");
    await settled();
    expect(place.querySelector(".refused")?.textContent).toContain("Asked a moment ago");
    expect(done).toBe(1);
  });

  it("is offered unless the service rules it out for good", async () => {
    expect((await board(record([], "not_this_role"))).textContent).toBe("");
    expect((await board(record([], "accounted_already"))).textContent).toBe("");
    expect((await board(record([], "under_way"))).textContent).not.toBe("");
  });

  it("is in progress until its outcome is known", () => {
    expect(isUnderWay(null)).toBe(false);
    expect(isUnderWay(record([tried({ state: "sent" })]))).toBe(true);
    expect(isUnderWay(record([tried()]))).toBe(false);
  });
});
