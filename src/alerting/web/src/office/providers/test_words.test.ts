import { beforeEach, expect, it } from "vitest";
import type { PhoneTestBody } from "../../api";
import { speak } from "../../language";
import { isUnderWay } from "./provider_store";
import { stateOf } from "./test_words";

const NOW = new Date().toISOString();
const ASKED: PhoneTestBody = {
  asked_at: NOW,
  started_at: null,
  outcome: null,
  failure: null,
  error_code: null,
  reported: null,
  reported_at: null,
};

beforeEach(() => speak("en", "office"));

it.each<[string, Partial<PhoneTestBody>, boolean]>([
  ["waits", {}, true],
  ["within 5 minutes", { asked_at: "2026-01-01T00:00:00Z" }, false],
  ["Handed over", { started_at: NOW }, true],
  ["took it", { started_at: NOW, outcome: "accepted" }, true],
  ["On the way", { outcome: "accepted", reported: "sent" }, true],
  ["Arrived", { outcome: "accepted", reported: "delivered" }, false],
  ["(code 30003)", { outcome: "accepted", reported: "undelivered", error_code: 30003 }, false],
  ["account is refused", { outcome: "refused", failure: "page_operator" }, false],
  ["did not answer", { outcome: "unknown", failure: "unknown" }, true],
])("a test text of which the page says '%s'", (words, changes, goesOn) => {
  const test = { ...ASKED, ...changes };
  expect(stateOf(test)).toContain(words);
  expect(isUnderWay(test)).toBe(goesOn);
});
