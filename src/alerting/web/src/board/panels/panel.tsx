/** One panel of the board: its title, its one number, and its details. */

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Failure } from "../../shell";

/** On screens this wide every panel starts open. */
const WIDE = "(min-width: 900px)";

export type Tone = "danger" | "caution" | "well" | "plain";

export interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** Summary shown also while it is closed: '2 open'. */
  readonly told: string;
  readonly tone: Tone;
  /** Whether it starts open on a phone too. */
  readonly open?: boolean;
  /** Error of the last refresh, if any; the content shown is then older. */
  readonly error?: unknown;
  readonly children: ComponentChildren;
}

const SIGNS = { danger: "▲", caution: "◆", well: "✓" } as const;

export function Panel(props: PanelProps): JSX.Element {
  const [isOpen, setOpen] = useState(props.open || matchMedia(WIDE).matches);
  return (
    <details
      id={props.id}
      class="panel"
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <h2>{props.title}</h2>
        <span class={`panel-told tone-${props.tone}`}>
          {props.tone !== "plain" && <span aria-hidden="true">{SIGNS[props.tone]} </span>}
          {props.told}
        </span>
      </summary>
      <Failure error={props.error} />
      {isOpen && props.children}
    </details>
  );
}
