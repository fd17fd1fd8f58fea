/** The choice of a called officer to send to a household's door. */

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { OfficerCallBody } from "./api";

/** True if an officer may report on a household: one of its place or above, no administrator. */
export function mayReport({ division, role }: OfficerCallBody, household: string): boolean {
  return household.startsWith(division) && role !== "administrator";
}

interface OfficerChoiceProps {
  readonly label: string;
  readonly officers: readonly OfficerCallBody[];
  readonly chosen: Signal<string>;
  /** True if the choice may be empty, which it is at first. */
  readonly mayBeEmpty?: boolean;
}

export function OfficerChoice(props: OfficerChoiceProps): JSX.Element {
  const { label, officers, chosen, mayBeEmpty = false } = props;
  return (
    <label>
      {label}
      <select
        value={chosen.value}
        onChange={({ currentTarget }) => (chosen.value = currentTarget.value)}
      >
        {mayBeEmpty && <option value="">–</option>}
        {officers.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
