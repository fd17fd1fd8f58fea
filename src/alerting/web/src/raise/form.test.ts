import { describe, expect, it } from "vitest";
import type { HazardPointBody } from "../api";
import { emptyForm, missing, requestOf, type Form } from "./form";
import { HAZARDS } from "./samples";

const QIANFO = { code: "511921100208", name: "千佛村" };
const DEFAULTS = { instruction: "立即撤离", hazards: HAZARDS, raiser: "grid" };
const FORM: Form = { ...emptyForm("Actual"), hazard: "landslide", places: [QIANFO] };

describe("required fields", () => {
  it("are the hazard and the place; all others have defaults", () => {
    expect(missing(emptyForm("Actual"), DEFAULTS)).toEqual(["event", "area"]);
    expect(missing(FORM, DEFAULTS)).toEqual([]);
  });

  it.each([
    [{ hazard: "other", otherEvent: "  " }, "event"],
    [{ places: [] }, "area"],
    [{ instruction: "" }, "instruction"],
  ] as const)("%o lacks the %s", (changes, field) => {
    expect(missing({ ...FORM, ...changes }, DEFAULTS)).toEqual([field]);
  });
});

describe("the request", () => {
  it("is complete after three taps", () => {
    expect(requestOf(FORM, DEFAULTS)).toEqual({
      status: "Actual",
      event: "滑坡",
      category: "Geo",
      colour: "red",
      urgency: "Immediate",
      certainty: "Observed",
      description: "滑坡",
      instruction: "立即撤离，往滑坡体两侧的高处走。",
      area: { divisions: ["511921100208"] },
    });
  });

  it("names only the hazard point, or the drawn area instead of the places", () => {
    const circles = [{ centre: [107.2, 31.9], radius_km: 0.3 }] as const;
    const drawn = { geometry: null, circles };
    const hazardPoint = { code: "P1" } as HazardPointBody;
    expect(requestOf({ ...FORM, drawn }, DEFAULTS).area).toEqual(drawn);
    expect(requestOf({ ...FORM, drawn, hazardPoint }, DEFAULTS).area).toEqual({
      hazard_point: "P1",
    });
    expect(missing({ ...FORM, places: [], hazardPoint }, DEFAULTS)).toEqual([]);
    expect(missing({ ...FORM, places: [], drawn }, DEFAULTS)).toEqual([]);
  });

  it("holds the typed texts and the marked point", () => {
    const typed = requestOf(
      {
        ...FORM,
        hazard: "other",
        otherEvent: " 水库溃坝 ",
        seen: " 坝顶有裂缝 ",
        assemblyPoint: " 祠堂 ",
        instruction: "往高处走",
        point: [31.9, 107.2],
        status: "Exercise",
      },
      DEFAULTS,
    );
    expect(typed).toMatchObject({
      status: "Exercise",
      event: "水库溃坝",
      category: "Other",
      description: "坝顶有裂缝",
      instruction: "往高处走",
      assembly_point: "祠堂",
      hazard_location: [31.9, 107.2],
    });
  });

  it("names whom an exercise reaches; a single phone is by default the raiser's", () => {
    const exercise: Form = { ...FORM, status: "Exercise" };
    const sizes = [
      [{}, { size: "everybody" }],
      [{ size: "officers" }, { size: "officers" }],
      [{ size: "one_phone" }, { size: "one_phone", officer: "grid" }],
      [
        { size: "one_phone", phone: " boss " },
        { size: "one_phone", officer: "boss" },
      ],
      [
        { size: "one_phone", phone: "5119211002080003" },
        { size: "one_phone", household: "5119211002080003" },
      ],
    ] as const;
    for (const [changes, asked] of sizes)
      expect(requestOf({ ...exercise, ...changes }, DEFAULTS).exercise).toEqual(asked);
    expect(requestOf({ ...FORM, size: "officers" }, DEFAULTS).exercise).toBeUndefined();
  });

  it("falls back to the policy's instruction for a hazard without its own", () => {
    const other: Form = { ...FORM, hazard: "other", otherEvent: "水库溃坝" };
    expect(requestOf(other, DEFAULTS).instruction).toBe("立即撤离");
  });
});
