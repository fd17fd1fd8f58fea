/** A collapsible part of the board; on a phone it starts collapsed. */

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { isWide } from "./wide";

export interface CollapsibleProps {
  readonly id?: string;
  readonly name: string;
  /** Note beside the name, shown open or collapsed. */
  readonly note?: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Collapsible({
  id,
  name,
  note,
  class: more = "",
  children,
}: CollapsibleProps): JSX.Element {
  const [isOpen, setOpen] = useState(isWide);
  return (
    <details
      id={id}
      class={`collapsible ${more}`}
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <h2>{name}</h2>
        {note && <span class="note">{note}</span>}
      </summary>
      {isOpen && <div class="within">{children}</div>}
    </details>
  );
}
