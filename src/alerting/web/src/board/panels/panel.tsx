/** One panel of the board: its title, its one number, and its details; folded on a phone. */

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Failure } from "../../shell";
import { isWide } from "../wide";

export type Tone = "danger" | "caution" | "well" | "plain";

export interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** Summary, shown even while the panel is folded: '2 open'. */
  readonly told: string;
  readonly tone: Tone;
  /** Error of the last refresh, if any; the content shown is then older. */
  readonly error?: unknown;
  readonly children: ComponentChildren;
}

const SIGNS = { danger: "▲", caution: "◆", well: "✓" } as const;

export function Panel(props: PanelProps): JSX.Element {
  const [isOpen, setOpen] = useState(isWide);
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
