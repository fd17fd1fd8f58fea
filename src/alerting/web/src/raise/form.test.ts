import { describe, expect, it } from "vitest";
import { emptyForm, eventOf, missing, requestOf, type Form } from "./form";
import { HAZARD_NAMES, HAZARDS } from "./hazards";

const QIANFO = { code: "511921100208", name: "千佛村" };
const DEFAULTS = { assemblyPoint: "村小学", instruction: "立即撤离" };
const FORM: Form = { ...emptyForm("Actual"), hazard: "landslide", places: [QIANFO] };

describe("what must be filled in", () => {
  it("is the hazard and the place: all else has a default", () => {
    expect(missing(emptyForm("Actual"), DEFAULTS)).toEqual(["event", "area"]);
    expect(missing(FORM, DEFAULTS)).toEqual([]);
  });

  it.each([
    [{ hazard: "other", otherEvent: "  " }, "event"],
    [{ places: [] }, "area"],
    [{ assemblyPoint: " " }, "assembly_point"],
    [{ instruction: "" }, "instruction"],
  ] as const)("%o leaves out the %s", (changes, field) => {
    expect(missing({ ...FORM, ...changes }, DEFAULTS)).toEqual([field]);
  });
});

describe("the request", () => {
  it("says in three taps all that the service must know", () => {
    expect(requestOf(FORM, DEFAULTS)).toEqual({
      status: "Actual",
      event: "滑坡",
      category: "Geo",
      colour: "red",
      urgency: "Immediate",
      certainty: "Observed",
      description: "发现滑坡险情。",
      instruction: HAZARDS.landslide.instruction,
      area: { divisions: ["511921100208"] },
      assembly_point: "村小学",
    });
  });

  it("holds what was typed, and where it was marked", () => {
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

  it("takes the policy's instruction for a hazard that has none of its own", () => {
    const other: Form = { ...FORM, hazard: "other", otherEvent: "水库溃坝" };
    expect(requestOf(other, DEFAULTS).instruction).toBe("立即撤离");
  });
});

it.each(HAZARD_NAMES)("%s names what happens in at most 30 characters", (hazard) => {
  const event = eventOf({ ...FORM, hazard, otherEvent: "水库溃坝" });
  expect(event.length).toBeGreaterThan(1);
  expect(event.length).toBeLessThanOrEqual(30);
});
