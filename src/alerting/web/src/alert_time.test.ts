import { expect, it } from "vitest";
import { alertClock, alertTime } from "./alert_time";

const SETTINGS = {
  tiles_url: null,
  label_tiles_url: null,
  has_outlines: false,
  tiles_attribution: null,
  languages: {},
  time_zone: "Asia/Shanghai",
  target: 1800,
  sms_number: null,
  instruction: "立即撤离",
  hazards: [],
  home_language: "zh",
  is_drill: true,
  clock_speed: 40,
  alert_now: "2026-11-23T18:40:00+00:00",
};
const SLOW_DEVICE = Date.parse("2026-11-23T17:56:00+00:00");

it("starts from the service's time and runs at its speed, even if the device's clock is wrong", () => {
  const clock = alertClock(SETTINGS, SLOW_DEVICE);
  expect(alertTime(clock, SLOW_DEVICE).toISOString()).toBe("2026-11-23T18:40:00.000Z");
  expect(alertTime(clock, SLOW_DEVICE + 3_000).toISOString()).toBe("2026-11-23T18:42:00.000Z");
});

it("equals the service's time outside a drill", () => {
  const clock = alertClock({ ...SETTINGS, clock_speed: 1 }, SLOW_DEVICE);
  expect(alertTime(clock, SLOW_DEVICE + 3_000).toISOString()).toBe("2026-11-23T18:40:03.000Z");
});
