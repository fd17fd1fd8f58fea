/** The tree of populated divisions, from the names the service gave. */

import type { DivisionBody } from "../api";

export interface Node {
  readonly division: string;
  readonly name: string;
  readonly tier: DivisionBody["tier"];
  readonly parts: readonly Node[];
}

/** Return the tree below the first place; the list is sorted by code, so parents come first. */
export function treeOf(places: readonly DivisionBody[]): Node | null {
  const parts = new Map<string, Node[]>();
  const nodes = places.map(({ division, name, tier, parent }) => {
    const own: Node[] = [];
    parts.set(division, own);
    const node = { division, name, tier, parts: own };
    if (parent !== null) parts.get(parent)?.push(node);
    return node;
  });
  return nodes[0] ?? null;
}

/** Return the path from the root to a division; empty if it is not in the tree. */
export function pathTo(node: Node, division: string): readonly Node[] {
  if (node.division === division) return [node];
  const next = node.parts.find((part) => division.startsWith(part.division));
  const rest = next ? pathTo(next, division) : [];
  return rest.length ? [node, ...rest] : [];
}

/** Return the villages in a division, or the division itself if it is a village or grid. */
export function villagesIn(node: Node): readonly Node[] {
  return node.tier === "village" || node.tier === "grid"
    ? [node]
    : node.parts.flatMap((part) => villagesIn(part));
}
