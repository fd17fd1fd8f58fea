import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FindingBody, HouseholdRecordBody } from "../api";
import { drawn, listedBody, press } from "./drawing";
import { ReportForm } from "./report_form";

const CODE = "5119211002080001";
const RECORD: HouseholdRecordBody = {
  household: listedBody(CODE, "unaccounted"),
  phones: [],
  centre: null,
  courtyard: null,
  persons: [],
  evidence: [],
  door: null,
  tries: [],
  allowed_actions: [{ action: "report", allowed: true, reason: null }],
};
const DONE = { standing: "evacuated" };

let sent: FindingBody[];
let answers: (() => Response)[];
let done: number;

beforeEach(() => {
  [sent, answers, done] = [[], [], 0];
  vi.stubGlobal("fetch", async (_: string, request: RequestInit) => {
    sent.push(JSON.parse(String(request.body)) as FindingBody);
    const answer = answers.shift();
    if (!answer) throw new TypeError("no network");
    return answer();
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function board(record = RECORD) {
  return drawn(<ReportForm alert={1} record={record} onDone={() => (done += 1)} />);
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a report made from the board", () => {
  it("covers the whole household by default", async () => {
    answers = [() => Response.json(DONE)];
    await press(await board(), "Not home");
    await settled();
    expect(sent[0]).toMatchObject({ household: CODE, report: "not_home", note: "" });
    expect(sent[0]).not.toHaveProperty("people");
    expect(done).toBe(1);
  });

  it("keeps its idempotency key when pressed again without an answer", async () => {
    const place = await board();
    await press(place, "Out");
    await settled();
    expect(place.textContent).toContain("could not be reached");
    answers = [() => Response.json(DONE), () => Response.json(DONE)];
    await press(place, "Out");
    await settled();
    expect(sent[1]?.key).toBe(sent[0]?.key);
    await press(place, "Out");
    await settled();
    expect(sent[2]?.key).not.toBe(sent[0]?.key);
  });

  it("has a new key if its content changes", async () => {
    const place = await board();
    await press(place, "Out");
    await settled();
    await press(place, "Staying");
    await settled();
    expect(sent[1]?.key).not.toBe(sent[0]?.key);
  });

  it("shows why it was refused", async () => {
    answers = [() => Response.json({ detail: "not within yours" }, { status: 404 })];
    const place = await board();
    await press(place, "Out");
    await settled();
    expect(place.querySelector(".refused")?.textContent).toContain("not within yours");
    expect(done).toBe(0);
  });

  it("is hidden from roles that may not report", async () => {
    const told = [{ action: "report", allowed: false, reason: "not_this_role" }] as const;
    expect((await board({ ...RECORD, allowed_actions: told })).textContent).toBe("");
  });
});
