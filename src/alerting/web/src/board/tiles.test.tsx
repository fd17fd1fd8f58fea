import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { drawn, press, someHome } from "./drawing";
import { HomeTiles, VillageTiles } from "./tiles";
import type { Node } from "./tree_nodes";

const TOP: Node = {
  division: "511921100",
  name: "诺江镇",
  tier: "town",
  parts: [
    { division: "511921100208", name: "千佛村", tier: "village", parts: [] },
    { division: "511921100209", name: "邻村", tier: "village", parts: [] },
  ],
};
const TALLIES = {
  "511921100208": { households: { unaccounted: 4 }, people: { unaccounted: 6, evacuated: 4 } },
  "511921100209": { households: { needs_help: 1 }, people: { needs_help: 2, evacuated: 28 } },
};

describe("tiles of villages", () => {
  it("repeat colour and shape in words and link to the village", async () => {
    const division = signal("511921100");
    const place = await drawn(<VillageTiles top={TOP} tallies={TALLIES} division={division} />);
    const tiles = [...place.querySelectorAll(".tile button")];
    expect(tiles.map((tile) => tile.querySelector(".hidden")?.textContent)).toEqual([
      "千佛村: 6 of 10 people unaccounted (60%), over half unaccounted",
      "邻村: 0 of 30 people unaccounted (0%), call for help",
    ]);
    expect(tiles.map((tile) => tile.className)).toEqual(["level-most", "level-call"]);
    await press(place, "千佛村: 6 of 10");
    expect(division.value).toBe("511921100208");
  });
});

it("tiles of households open the one pressed", async () => {
  const opened: string[] = [];
  const homes = [someHome("5119211002080001", "staying")];
  const place = await drawn(<HomeTiles homes={homes} onHome={(code) => opened.push(code)} />);
  await press(place, "head 0001, 2 people, Staying");
  expect(opened).toEqual(["5119211002080001"]);
});
