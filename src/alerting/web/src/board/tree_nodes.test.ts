import { describe, expect, it } from "vitest";
import type { DivisionBody } from "../api";
import { pathTo, treeOf, villagesIn, type Node } from "./tree_nodes";

const PLACES: DivisionBody[] = [
  { division: "511921", name: "通江县", tier: "county", parent: "5119" },
  { division: "511921100", name: "诺江镇", tier: "town", parent: "511921" },
  { division: "511921100208", name: "千佛村", tier: "village", parent: "511921100" },
  { division: "511921100208001", name: "一组", tier: "grid", parent: "511921100208" },
  { division: "511921101", name: "民胜镇", tier: "town", parent: "511921" },
  { division: "511921101001", name: "方山村", tier: "village", parent: "511921101" },
];

function names(nodes: readonly Node[]): string[] {
  return nodes.map(({ name }) => name);
}

describe("the tree of divisions", () => {
  const top = treeOf(PLACES) as Node;

  it("puts each division below its parent", () => {
    expect(top.name).toBe("通江县");
    expect(names(top.parts)).toEqual(["诺江镇", "民胜镇"]);
    expect(names(top.parts[0]?.parts ?? [])).toEqual(["千佛村"]);
    expect(treeOf([])).toBeNull();
  });

  it("gives the path to a division, empty if it is not in the tree", () => {
    expect(names(pathTo(top, "511921100208001"))).toEqual(["通江县", "诺江镇", "千佛村", "一组"]);
    expect(names(pathTo(top, "511921"))).toEqual(["通江县"]);
    expect(pathTo(top, "511921100999")).toEqual([]);
  });

  it("lists the villages below a place; a village or grid lists itself", () => {
    expect(names(villagesIn(top))).toEqual(["千佛村", "方山村"]);
    const grid = pathTo(top, "511921100208001").at(-1) as Node;
    expect(names(villagesIn(grid))).toEqual(["一组"]);
  });
});
