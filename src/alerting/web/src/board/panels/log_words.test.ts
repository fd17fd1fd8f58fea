import { expect, it } from "vitest";
import type { FeedEventBody } from "../../api";
import { speak } from "../../language";
import { saidOf } from "./log_words";

async function said(to: string, kind: string, payload: object = {}): Promise<string> {
  await speak(to);
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
    "Neighbour asked about 2 households without an answer",
  ],
  ["households.reminded", { sms: 0, voice: 3 }, "再打电话 3 户", "3 households called"],
  ["alert.cancelled", { reason: "看错了" }, "取消预警：看错了", "Alert cancelled: 看错了"],
  ["village.dark", { together: false }, "全村入户", "Every door of the village is knocked on"],
  [
    "village.dark",
    { together: true },
    "各村短信都送不到：全村入户",
    "Texts arrive in no village: every door is knocked on",
  ],
  [
    "text.unclear",
    { reason: "a picture without words" },
    "收到没有文字的图片，等人看",
    "A picture without words: somebody has to look",
  ],
  [
    "text.unclear",
    { reason: "a question" },
    "收到看不懂的短信",
    "A text that could not be understood",
  ],
  ["provider.down", { provider: "twilio" }, "通道中断：twilio", "Provider is down: twilio"],
])("renders %s %o in words", async (kind, payload, zh, en) => {
  expect(await said("zh", kind, payload)).toBe(zh);
  expect(await said("en", kind, payload)).toBe(en);
});

it.each(["moon.risen", "toString", ""])(
  "shows the unknown kind %s of a newer service as it is",
  async (kind) => {
    expect(await said("en", kind)).toBe(kind);
  },
);
