import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { drawn, press, someHome } from "./drawing";
import { Tree } from "./tree";
import type { Node } from "./tree_nodes";

const VILLAGE = "511921100208";
const TOP: Node = {
  division: "511921100",
  name: "诺江镇",
  tier: "town",
  parts: [
    { division: VILLAGE, name: "千佛村", tier: "village", parts: [] },
    { division: "511921100209", name: "邻村", tier: "village", parts: [] },
  ],
};
const TALLIES = {
  [VILLAGE]: { households: { needs_help: 1 }, people: { unaccounted: 6, needs_help: 2 } },
  "511921100209": { households: { evacuated: 5 }, people: { evacuated: 28 } },
};

async function tree(chosen: string) {
  const division = signal(chosen);
  const opened: string[] = [];
  const homes = signal([
    someHome(`${VILLAGE}0001`, "needs_help"),
    someHome(`${VILLAGE}0002`, "evacuated"),
  ]);
  const place = await drawn(
    <Tree
      top={TOP}
      tallies={TALLIES}
      division={division}
      homes={homes}
      onHome={(code) => opened.push(code)}
    />,
  );
  return { place, division, opened };
}

describe("the tree of divisions", () => {
  it("shows the number missing and the calls for help of each, summed upwards", async () => {
    const { place } = await tree(TOP.division);
    const said = [...place.querySelectorAll(".pick")].map((each) => each.textContent);
    expect(said[0]).toContain("6 of 36 unaccounted");
    expect(said[1]).toContain("1 household calls for help");
    expect(said[2]).toContain("all accounted for");
    expect(place.querySelectorAll(".parts")).toHaveLength(3);
  });

  it("narrows the board to a pressed division; villages open to households not safe", async () => {
    const { place, division, opened } = await tree(TOP.division);
    expect(place.querySelector(".home")).toBeNull();
    await press(place, "千佛村");
    expect(division.value).toBe(VILLAGE);
    expect(place.querySelector("[aria-pressed=true]")?.textContent).toContain("千佛村");
    expect(place.querySelectorAll(".home")).toHaveLength(1);
    await press(place, "head 0001");
    expect(opened).toEqual([`${VILLAGE}0001`]);
  });

  it("is open down to the selected division, and can be collapsed", async () => {
    const { place } = await tree(VILLAGE);
    expect(place.querySelectorAll(".home")).toHaveLength(1);
    await press(place, "Open 诺江镇");
    expect(place.querySelectorAll(".pick")).toHaveLength(1);
  });
});
