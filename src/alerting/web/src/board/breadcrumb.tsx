/** The path from the top division to the selected one, with links back up. */

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { texts } from "../language";
import type { Node } from "./tree_nodes";

const t = texts("board.breadcrumb");

interface BreadcrumbProps {
  readonly path: readonly Node[];
  readonly division: Signal<string>;
}

export function Breadcrumb({ path, division }: BreadcrumbProps): JSX.Element {
  return (
    <nav class="breadcrumb" aria-label={t().shown}>
      <ol>
        {path.map((node, place) => (
          <li key={node.division}>
            {place === path.length - 1 ? (
              <b aria-current="location">{node.name}</b>
            ) : (
              <button type="button" class="plain" onClick={() => (division.value = node.division)}>
                {node.name}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
