import { expect, it } from "vitest";
import { middleOf } from "./map_places";

it("the middle of a place is the middle of its homes", () => {
  const homes = {
    "5119211002080001": [31.0, 107.0],
    "5119211002080002": [32.0, 107.4],
    "5119211010010001": [40.0, 100.0],
  } as const;
  const [latitude, longitude] = middleOf(homes, "511921100") ?? [];
  expect(latitude).toBeCloseTo(31.5);
  expect(longitude).toBeCloseTo(107.2);
  expect(middleOf(homes, "511999")).toBeNull();
});
