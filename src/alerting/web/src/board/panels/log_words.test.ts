import { afterEach, expect, it } from "vitest";
import type { EventBody } from "../../api";
import { language, type Language } from "../../language";
import { saidOf } from "./log_words";

afterEach(() => void (language.value = "zh"));

function said(to: Language, kind: string, payload: EventBody["payload"] = {}): string {
  language.value = to;
  return saidOf({ seq: 1, at: "t", kind, division: "", subject: "", payload });
}

it.each([
  ["help.called", {}, "求助", "Call for help"],
  ["households.reminded", { sms: 1200 }, "再发短信 1,200 户", "1,200 households texted again"],
  ["household.asked", { channel: "sms", by: "x" }, "给一户再发短信", "Household texted again"],
  ["household.asked", { channel: "voice" }, "给一户再打录音电话", "Household called again"],
  ["households.reminded", { voice: 3 }, "再打电话 3 户", "3 households called"],
  ["alert.cancelled", { reason: "看错了" }, "取消预警：看错了", "Alert cancelled: 看错了"],
])("says what %s %o means", (kind, payload, zh, en) => {
  expect(said("zh", kind, payload)).toBe(zh);
  expect(said("en", kind, payload)).toBe(en);
});

it.each(["moon.risen", "toString", ""])(
  "shows the kind %s as it is where it has no words",
  (kind) => {
    expect(said("en", kind)).toBe(kind);
  },
);

it("has no number where the payload has none", () => {
  expect(said("en", "households.reminded", { sms: "many" })).toBe("0 households texted again");
});
