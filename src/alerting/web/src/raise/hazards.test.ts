import { expect, it } from "vitest";
import type { SettingsBody } from "../api";
import { eventIn, hazardsOf, nameIn } from "./hazards";
import { LIBRARY } from "./samples";

it("an alert names its hazard in the service's language", () => {
  const [landslide] = hazardsOf(LIBRARY as SettingsBody);
  expect(landslide).toMatchObject({
    event: "滑坡",
    instruction: "立即撤离，往滑坡体两侧的高处走。",
  });
  const [inEnglish] = hazardsOf({ ...LIBRARY, home_language: "en" } as SettingsBody);
  expect(inEnglish).toMatchObject({ event: "landslide", instruction: "Leave now." });
});

it("a hazard is named in the page's language if the library has it", () => {
  const [landslide, debrisFlow] = hazardsOf(LIBRARY as SettingsBody);
  expect(landslide && nameIn(landslide, "en")).toBe("landslide");
  expect(debrisFlow && nameIn(debrisFlow, "en")).toBe("泥石流");
});

it("an event is named in the page's language, or else as given", () => {
  const hazards = hazardsOf(LIBRARY as SettingsBody);
  expect(eventIn("滑坡", hazards, "en")).toBe("landslide");
  expect(eventIn("崩岸", hazards, "en")).toBe("崩岸");
});
