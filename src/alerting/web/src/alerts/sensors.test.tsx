import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it } from "vitest";
import type { SensorBody } from "../api";
import { Sensors } from "./sensors";

const SENSOR = {
  name: "gauge-1",
  hazard: "暴雨",
  unit: "mm/h",
  level: "red",
  value: 55,
  at: "2026-08-29T05:10:00+08:00",
  silent: false,
  clock_wrong: false,
} as unknown as SensorBody;

let place: HTMLElement;

beforeEach(() => {
  document.body.replaceChildren((place = document.createElement("div")));
});

async function show(...sensors: readonly SensorBody[]): Promise<string> {
  await act(() => render(<Sensors sensors={sensors} />, place));
  return place.textContent ?? "";
}

it("shows a sensor's level and last reading", async () => {
  const told = await show(SENSOR);
  for (const words of ["gauge-1", "暴雨", "Red", "55 mm/h"]) expect(told).toContain(words);
  expect(place.querySelector(".trouble")).toBeNull();
});

it("shows that a sensor is silent or its clock wrong", async () => {
  const told = await show({ ...SENSOR, silent: true, clock_wrong: true });
  expect(told).toContain("silent");
  expect(told).toContain("clock wrong");
});

it("shows that a sensor has no reading yet, and renders nothing without sensors", async () => {
  expect(await show({ ...SENSOR, value: null, at: null })).toContain("no reading yet");
  expect(await show()).toBe("");
});
