import { afterEach, expect, it } from "vitest";
import type { FeedEventBody } from "../../api";
import { language, type Language } from "../../language";
import { saidOf } from "./log_words";

afterEach(() => void (language.value = "zh"));

function said(to: Language, kind: string, payload: object = {}): string {
  language.value = to;
  const event = { seq: 1, at: "t", kind, division: "", subject: "", payload };
  return saidOf(event as FeedEventBody);
}

it.each([
  ["help.called", {}, "求助", "Call for help"],
  [
    "households.reminded",
    { sms: 1200, voice: 0 },
    "再发短信 1,200 户",
    "1,200 households texted again",
  ],
  ["household.asked", { channel: "sms", by: "x" }, "给一户再发短信", "Household texted again"],
  ["household.asked", { channel: "voice" }, "给一户再打录音电话", "Household called again"],
  [
    "neighbour.asked",
    { households: ["a", "b"] },
    "向中心户询问 2 户",
    "Neighbour asked about 2 silent households",
  ],
  ["households.reminded", { sms: 0, voice: 3 }, "再打电话 3 户", "3 households called"],
  ["alert.cancelled", { reason: "看错了" }, "取消预警：看错了", "Alert cancelled: 看错了"],
  ["provider.down", { provider: "twilio" }, "通道中断：twilio", "Provider is down: twilio"],
])("renders %s %o in words", (kind, payload, zh, en) => {
  expect(said("zh", kind, payload)).toBe(zh);
  expect(said("en", kind, payload)).toBe(en);
});

it.each(["moon.risen", "toString", ""])(
  "shows the unknown kind %s of a newer service as it is",
  (kind) => {
    expect(said("en", kind)).toBe(kind);
  },
);
