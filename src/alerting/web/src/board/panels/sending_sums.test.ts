import { expect, it } from "vitest";
import { atStage, linesOf, type Stage } from "./sending_sums";

it.each<[string, Stage]>([
  ["queued", "waiting"],
  ["sending", "waiting"],
  ["accepted", "left"],
  ["sent", "left"],
  ["delivered", "arrived"],
  ["unknown", "doubtful"],
  ["refused", "lost"],
  ["failed", "lost"],
  ["undelivered", "lost"],
  ["expired", "void"],
  ["cancelled", "void"],
  ["a state of tomorrow", "doubtful"],
])("counts deliveries that are %s as %s", (state, stage) => {
  const lines = linesOf({ household: { sms: { [state]: 4 } } });
  expect(atStage(lines, stage)).toBe(4);
  expect(lines[0]?.total).toBe(4);
});

it("has one line per tier and channel, from the city down, texts before calls", () => {
  const lines = linesOf({
    household: { voice: { queued: 1 }, sms: { delivered: 2, failed: 1 } },
    city: { websocket: { queued: 1 }, sms: { sent: 1 } },
  });
  expect(lines.map(({ tier, channel, total }) => [tier, channel, total])).toEqual([
    ["city", "sms", 1],
    ["city", "websocket", 1],
    ["household", "sms", 3],
    ["household", "voice", 1],
  ]);
});
