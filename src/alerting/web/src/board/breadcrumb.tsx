/** The path from the top division to the selected one, with links back up. */

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { texts } from "../language";
import type { Node } from "./tree_nodes";

const t = texts({ shown: "当前范围" }, { shown: "Shown here" });

interface WayProps {
  readonly way: readonly Node[];
  readonly division: Signal<string>;
}

export function Way({ way, division }: WayProps): JSX.Element {
  return (
    <nav class="way" aria-label={t().shown}>
      <ol>
        {way.map((node, place) => (
          <li key={node.division}>
            {place === way.length - 1 ? (
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
