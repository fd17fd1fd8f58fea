import { expect, it } from "vitest";
import type { AlertStateBody } from "../../api";
import { drawn, SESSION } from "../drawing";
import type { Counts } from "../counts";
import { Obstacles } from "./actions";

const COUNTS: Counts = {
  households: { unaccounted: 40, needs_help: 2 },
  people: { unaccounted: 120, needs_help: 5 },
};
const CLEAR: Counts = { households: { evacuated: 40 }, people: { evacuated: 125 } };

function alert(more: Partial<AlertStateBody> = {}): AlertStateBody {
  return {
    state: "open",
    divisions: ["511921100208"],
    // Older than the feed.
    not_clear: [{ reason: "people_unaccounted", number: 131 }],
    ...more,
  } as AlertStateBody;
}

async function told(of: AlertStateBody, counts = COUNTS): Promise<string> {
  return (await drawn(<Obstacles alert={of} counts={counts} me={SESSION.me} />)).textContent;
}

it("says why the whole alert cannot be closed if all of it is the officer's", async () => {
  expect(await told(alert())).toBe(
    "The whole alert cannot be closed yet: 120 people are unaccounted and 2 calls for help are open",
  );
});

it("names the part that it is about if the alert extends further", async () => {
  expect(await told(alert({ divisions: ["511921"] }))).toMatch(/^Not clear yet in 诺江镇: 120/);
});

it("is empty for an area that is clear or an alert that is over", async () => {
  expect(await told(alert(), CLEAR)).toBe("");
  expect(await told(alert({ state: "cancelled" }))).toBe("");
});

it("keeps the reasons that only the service knows", async () => {
  const unverified = { reason: "high_risk_unverified", number: 3 } as const;
  expect(await told(alert({ not_clear: [unverified] }), CLEAR)).toContain("3");
});
