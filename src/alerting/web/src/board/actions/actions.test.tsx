import { expect, it } from "vitest";
import type { AlertStateBody } from "../../api";
import { drawn, SESSION } from "../drawing";
import { Obstacles } from "./actions";

function alert(more: Partial<AlertStateBody> = {}): AlertStateBody {
  return {
    state: "open",
    divisions: ["511921100208"],
    not_clear: [
      { reason: "people_unaccounted", number: 120 },
      { reason: "help_open", number: 2 },
    ],
    ...more,
  } as AlertStateBody;
}

async function told(of: AlertStateBody): Promise<string> {
  return (await drawn(<Obstacles alert={of} me={SESSION.me} />)).textContent;
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
  expect(await told(alert({ not_clear: [] }))).toBe("");
  expect(await told(alert({ state: "cancelled" }))).toBe("");
});
