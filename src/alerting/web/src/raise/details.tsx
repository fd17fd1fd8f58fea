/** The fields with sensible defaults, collapsed, and the choice of real or exercise. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Status } from "../api";
import { instructionOf, type Form } from "./form";
import { Problem, problemsOf } from "./problem";
import type { Raising } from "./raising";
import type { Field } from "./refused_fields";
import { t } from "./words";

const CHOICES = {
  colour: ["red", "orange", "yellow", "blue"],
  urgency: ["Immediate", "Expected", "Future"],
  certainty: ["Observed", "Likely", "Possible"],
} as const satisfies { readonly [K in keyof Form]?: readonly Form[K][] };
const FOLDED: readonly Field[] = ["description", "instruction", "colour", "urgency", "certainty"];

export function Details({ raising }: { raising: Raising }): JSX.Element {
  const { form } = raising.drafting.draft.value;
  const open = useSignal(false);
  // Open while a collapsed field has a problem.
  const wrong = FOLDED.some((field) => problemsOf(raising, field).length > 0);
  return (
    <details
      open={open.value || wrong}
      onToggle={(event) => (open.value = event.currentTarget.open)}
    >
      <summary>{t().more}</summary>
      <label for="seen">{t().seen}</label>
      <textarea
        id="seen"
        rows={3}
        maxLength={1000}
        value={form.seen}
        onInput={(event) => raising.drafting.fill({ seen: event.currentTarget.value })}
      />
      <Problem raising={raising} of="description" />
      <label for="instruction">{t().instruction}</label>
      <textarea
        id="instruction"
        rows={3}
        maxLength={1000}
        value={instructionOf(form, raising.defaults)}
        onInput={(event) => raising.drafting.fill({ instruction: event.currentTarget.value })}
      />
      <Problem raising={raising} of="instruction" />
      <div class="levels">
        {(["colour", "urgency", "certainty"] as const).map((field) => (
          <div key={field}>
            <label for={field}>{t()[field]}</label>
            <select
              id={field}
              value={form[field]}
              onChange={(event) => raising.drafting.fill({ [field]: event.currentTarget.value })}
            >
              {CHOICES[field].map((choice) => (
                <option key={choice} value={choice}>
                  {t()[choice]}
                </option>
              ))}
            </select>
            <Problem raising={raising} of={field} />
          </div>
        ))}
      </div>
    </details>
  );
}

/** The choice of real or exercise; a service that runs a drill accepts only exercises. */
export function StatusChoice({ raising }: { raising: Raising }): JSX.Element {
  const { status } = raising.drafting.draft.value.form;
  const choices: readonly Status[] = ["Actual", "Exercise"];
  if (raising.session.settings.is_drill) return <p class="hint">{t().drillOnly}</p>;
  return (
    <fieldset class="status">
      <legend>{t().status}</legend>
      <div class="choices">
        {choices.map((choice) => (
          <label key={choice} class={status === choice ? "tile chosen" : "tile"}>
            <input
              type="radio"
              name="status"
              checked={status === choice}
              onChange={() => raising.drafting.fill({ status: choice })}
            />
            <span>{t()[choice]}</span>
          </label>
        ))}
      </div>
      <Problem raising={raising} of="status" />
    </fieldset>
  );
}
