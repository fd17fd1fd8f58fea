import { signal } from "@preact/signals";
import { expect, it, vi } from "vitest";
import type { AlertStateBody } from "../../api";
import { drawn, SESSION, SILENT_FEED } from "../drawing";
import type { Counts } from "../counts";
import { Actions, Obstacles } from "./actions";

const COUNTS: Counts = {
  households: { unaccounted: 40, needs_help: 2 },
  people: { unaccounted: 120, needs_help: 5 },
};
const CLEAR: Counts = { households: { evacuated: 40 }, people: { evacuated: 125 } };

function alert(more: Partial<AlertStateBody> = {}): AlertStateBody {
  return {
    state: "open",
    divisions: ["511921100208"],
    // This answer is older than the feed.
    not_clear: [{ reason: "people_unaccounted", number: 131 }],
    ...more,
  } as AlertStateBody;
}

async function told(of: AlertStateBody, counts = COUNTS): Promise<string> {
  return (await drawn(<Obstacles alert={of} counts={counts} me={SESSION.me} />)).textContent;
}

it("says why the whole alert cannot be closed, to an officer whose division covers all of it", async () => {
  expect(await told(alert())).toBe(
    "The whole alert cannot be closed yet: 120 people are unaccounted and 2 calls for help are open",
  );
});

it("names the officer's part of the alert if the alert extends further", async () => {
  expect(await told(alert({ divisions: ["511921"] }))).toMatch(/^Not clear yet in 诺江镇: 120/);
});

it("is empty for an area that is clear or an alert that is over", async () => {
  expect(await told(alert(), CLEAR)).toBe("");
  expect(await told(alert({ state: "cancelled" }))).toBe("");
});

it("keeps the reasons that the feed cannot count", async () => {
  const unverified = { reason: "high_risk_unverified", number: 3 } as const;
  expect(await told(alert({ not_clear: [unverified] }), CLEAR)).toContain("3");
});

it.each(["all_clear", "cancelled"] as const)("offers no action after %s", async (state) => {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  const place = await drawn(
    <Actions
      alert={alert({ state, allowed_actions: [] })}
      feed={SILENT_FEED}
      session={SESSION}
      division={signal(SESSION.me.division)}
      opened={signal(null)}
    />,
  );
  expect(place.querySelectorAll("button[class^=action-]")).toHaveLength(0);
  expect(place.textContent).toContain("The alert is over");
  vi.unstubAllGlobals();
});

it("gives the reason on the button of an impossible action, and lists possible actions first", async () => {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  const allowed_actions = [
    { action: "all_clear", allowed: false, reason: "not_in_this_state" },
    { action: "close", allowed: true, reason: null },
  ];
  const given = alert({ allowed_actions: allowed_actions as AlertStateBody["allowed_actions"] });
  const place = await drawn(
    <Actions
      alert={given}
      feed={SILENT_FEED}
      session={SESSION}
      division={signal(SESSION.me.division)}
      opened={signal(null)}
    />,
  );
  const buttons = [...place.querySelectorAll<HTMLButtonElement>("button[class^=action-]")];
  expect(buttons[0]?.className).toBe("action-close");
  expect(buttons.filter(({ disabled }) => !disabled)).toEqual([buttons[0]]);
  const cleared = place.querySelector(".action-all_clear");
  expect(cleared?.querySelector("small")?.textContent).toBe("Available after closing");
  vi.unstubAllGlobals();
});
