import { beforeEach, expect, it } from "vitest";
import type { ReadyPlaceBody } from "../../api";
import { speak } from "../../language";
import { timeOf } from "./readiness";

const PLACE = { withheld: null } as ReadyPlaceBody;

beforeEach(() => speak("en", "office"));

it.each([
  [1, 20, "All accounted for within 1 min"],
  [1, 130, "All accounted for within 2 mins"],
  [300, 1500, "All accounted for after 5 mins to 25 mins"],
])(
  "shows %d to %d s in whole minutes, because the model is no more precise",
  (earliest, latest, told) => {
    expect(timeOf({ ...PLACE, earliest, latest })).toBe(told);
  },
);
