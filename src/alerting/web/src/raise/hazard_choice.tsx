/** The choice of hazard: a picture and its words, large enough for a thumb in the rain. */

import type { ComponentChildren, JSX } from "preact";
import { language } from "../language";
import { nameIn, OTHER } from "./hazards";
import { Problem } from "./problem";
import type { Raising } from "./raising";
import { t } from "./words";

/** Pictures by the hazard's id; a hazard without a picture gets the danger sign. */
const PICTURES: Readonly<Record<string, JSX.Element>> = {
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
  dam_break: <path d="M14 4h9l3 39H10zM26 20h6l-4 6 8 3M3 14h10M3 22h9M36 43c0-6 3-8 9-8" />,
  wildfire: (
    <path d="M24 3c2 9 13 14 13 26a13 13 0 0 1-26 0c0-6 4-9 6-14 2 4 4 5 5 7 2-5 3-12 2-19z" />
  ),
  storm: <path d="M12 27a9 9 0 0 1 1-18 11 11 0 0 1 21-1 9.5 9.5 0 0 1 2 19M26 20l-8 12h9l-5 13" />,
  earthquake: <path d="M3 24h9l4-14 7 30 7-34 5 24 3-6h7" />,
  chemical: <path d="M19 4h10M21 4v14L8 40a3 3 0 0 0 3 4h26a3 3 0 0 0 3-4L27 18V4M14 31h20" />,
};

const DANGER = <path d="M24 5 45 42H3zM24 18v12M24 34v4" />;

export function HazardChoice({ raising }: { raising: Raising }): JSX.Element {
  const { hazard, otherEvent } = raising.drafting.draft.value.form;
  return (
    <fieldset class="hazards">
      <legend>{t().hazard}</legend>
      <div class="tiles">
        {raising.defaults.hazards.map((each) => (
          <Tile key={each.id} id={each.id} raising={raising}>
            <span>{nameIn(each, language.value)}</span>
          </Tile>
        ))}
        <Tile id={OTHER} raising={raising}>
          <span>{t().other}</span>
        </Tile>
      </div>
      {hazard === OTHER && (
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

interface TileProps {
  readonly id: string;
  readonly raising: Raising;
  readonly children: ComponentChildren;
}

function Tile({ id, raising, children }: TileProps): JSX.Element {
  const isChosen = raising.drafting.draft.value.form.hazard === id;
  return (
    <label class={isChosen ? "tile chosen" : "tile"}>
      <input
        type="radio"
        name="hazard"
        checked={isChosen}
        onChange={() => raising.drafting.fill({ hazard: id, instruction: null })}
      />
      <svg viewBox="0 0 48 48" aria-hidden="true">
        {PICTURES[id] ?? DANGER}
      </svg>
      {children}
    </label>
  );
}
