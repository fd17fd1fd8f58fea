/** The problems of a field, shown under it. */

import type { JSX } from "preact";
import type { Raising } from "./raising";
import type { Field } from "./refused_fields";
import { t } from "./words";

/** Names of the required fields. */
const NEEDED = {
  event: "need_event",
  area: "need_area",
  instruction: "need_instruction",
} as const;

/** Return a field's problems, one line each. */
export function problemsOf(raising: Raising, field: Field): readonly string[] {
  const needed = raising.missing.value.find((each) => each === field);
  const refused = raising.refused.value[field] ?? [];
  return needed === undefined ? refused : [t()[NEEDED[needed]], ...refused];
}

export function Problem({ raising, of }: { raising: Raising; of: Field }): JSX.Element | null {
  const problems = problemsOf(raising, of);
  if (problems.length === 0) return null;
  return (
    <div class="refused" role="alert" id={`problem-${of}`}>
      {problems.map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
    </div>
  );
}
