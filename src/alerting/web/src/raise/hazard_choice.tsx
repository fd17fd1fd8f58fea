/** The choice of hazard: a picture and two words each, large enough for a thumb in the rain. */

import type { JSX } from "preact";
import { language } from "../language";
import { HAZARD_NAMES, type HazardName } from "./hazards";
import { Problem } from "./problem";
import type { Raising } from "./raising";
import { t } from "./words";

const PICTURES: Record<HazardName, JSX.Element> = {
  landslide: <path d="M3 43h42M5 43 5 13 33 43M19 14l10 4-3 9-10-4zM35 27l6 3-3 6-6-3" />,
  debris_flow: (
    <path d="M3 11c8 0 6 9 13 11s6 8 12 10 8 9 17 9M3 23c6 0 5 8 11 10s5 8 9 10M24 9l6 4-4 6-6-4zM37 19l5 3-3 5-5-3z" />
  ),
  flash_flood: (
    <path d="M8 20 24 6l16 14M12 18v10M36 18v10M3 33c4-4 7-4 10.5 0s7 4 10.5 0 7-4 10.5 0 6 4 10.5 0M3 42c4-4 7-4 10.5 0s7 4 10.5 0 7-4 10.5 0 6 4 10.5 0" />
  ),
  collapse: (
    <path d="M3 43h42M5 43V7h15l-5 12 6 7-4 17M30 9l7 2-2 7-7-2zM37 24l6 3-3 6-6-3zM27 34h9v9h-9z" />
  ),
  other: <path d="M24 5 45 42H3zM24 18v12M24 34v4" />,
};

export function HazardChoice({ raising }: { raising: Raising }): JSX.Element {
  const { hazard, otherEvent } = raising.drafting.draft.value.form;
  const too = language.value === "zh" ? "en" : "zh";
  return (
    <fieldset class="hazards">
      <legend>{t().hazard}</legend>
      <div class="tiles">
        {HAZARD_NAMES.map((name) => (
          <label key={name} class={hazard === name ? "tile chosen" : "tile"}>
            <input
              type="radio"
              name="hazard"
              checked={hazard === name}
              onChange={() => raising.drafting.fill({ hazard: name, instruction: null })}
            />
            <svg viewBox="0 0 48 48" aria-hidden="true">
              {PICTURES[name]}
            </svg>
            <span>{t()[name]}</span>
            <small lang={too}>{t()[`${name}_too`]}</small>
          </label>
        ))}
      </div>
      {hazard === "other" && (
        <div>
          <label for="other-event">{t().otherEvent}</label>
          <input
            id="other-event"
            maxLength={30}
            value={otherEvent}
            onInput={(event) => raising.drafting.fill({ otherEvent: event.currentTarget.value })}
          />
        </div>
      )}
      <Problem raising={raising} of="event" />
    </fieldset>
  );
}
