/** The hazards to choose from, with the default contents of their alerts. */

import type { Category } from "../api";

export type HazardName = "landslide" | "debris_flow" | "flash_flood" | "collapse" | "other";

export interface Hazard {
  /** The name used in texts, as locals say it; the service recognizes these words in an SMS. */
  readonly event: string | null;
  readonly category: Category;
  /** The hazard's own instruction; null for the policy's. */
  readonly instruction: string | null;
}

/** In the order of display. */
export const HAZARDS: Readonly<Record<HazardName, Hazard>> = {
  landslide: {
    event: "滑坡",
    category: "Geo",
    instruction: "立即撤离，往滑坡体两侧的高处走，不要顺坡跑。带上老人和孩子，不要返回。",
  },
  debris_flow: {
    event: "泥石流",
    category: "Geo",
    instruction: "立即撤离，往沟谷两侧的高处走，不要顺沟跑。带上老人和孩子，不要返回。",
  },
  flash_flood: {
    event: "山洪",
    category: "Met",
    instruction: "立即往高处撤离，不要过河、过桥、下沟。带上老人和孩子，不要返回。",
  },
  collapse: {
    event: "崩塌",
    category: "Geo",
    instruction: "立即离开陡崖和陡坡下方，绕开落石。带上老人和孩子，不要返回。",
  },
  other: { event: null, category: "Other", instruction: null },
};

export const HAZARD_NAMES = Object.keys(HAZARDS) as readonly HazardName[];
