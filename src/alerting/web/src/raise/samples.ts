/** Examples for tests: a service whose phrase library has two hazards. */

import type { SettingsBody } from "../api";
import { hazardsOf } from "./hazards";

export const LIBRARY: Pick<SettingsBody, "hazards" | "home_language"> = {
  home_language: "zh",
  hazards: [
    {
      id: "landslide",
      category: "Geo",
      names: { zh: "滑坡", en: "landslide" },
      instructions: { zh: "立即撤离，往滑坡体两侧的高处走。", en: "Leave now." },
    },
    {
      id: "debris_flow",
      category: "Geo",
      names: { zh: "泥石流" },
      instructions: { zh: "立即撤离，往沟谷两侧的高处走。" },
    },
  ],
};

export const HAZARDS = hazardsOf(LIBRARY as SettingsBody);
