/** The choice of places: the selected ones, and the tree to select from. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Unfinished } from "../map/draw_area";
import { isEmpty } from "../map/drawn";
import { toggled } from "./choosing";
import { DrawnArea } from "./drawn_area";
import { Problem } from "./problem";
import type { Raising } from "./raising";
import { Tree } from "./tree";
import { asksForMore, ownVillage } from "./who";
import { t } from "./words";

export function PlaceChoice({ raising }: { raising: Raising }): JSX.Element {
  const { hazardPoint, drawn } = raising.drafting.draft.value.form;
  return (
    <fieldset class="places">
      <legend>{t().where}</legend>
      {hazardPoint ? (
        <div class="chosen-places">
          <span class="chip">
            {hazardPoint.name}
            <button
              type="button"
              aria-label={t().drop({ name: hazardPoint.name })}
              onClick={() => raising.drafting.fill({ hazardPoint: null })}
            >
              ×
            </button>
          </span>
        </div>
      ) : (
        <>
          {isEmpty(drawn) && <Places raising={raising} />}
          <DrawnArea raising={raising} />
          <Unfinished sketch={raising.sketch} />
        </>
      )}
      <Problem raising={raising} of="area" />
    </fieldset>
  );
}

function Places({ raising }: { raising: Raising }): JSX.Element {
  const { me } = raising.session;
  const { places } = raising.drafting.draft.value.form;
  const open = useSignal(ownVillage(me) === null && places.length === 0);
  return (
    <>
      <div class="chosen-places">
        {places.map((place) => (
          <span key={place.code} class="chip">
            {place.name}
            {open.value && (
              <button
                type="button"
                aria-label={t().drop({ name: place.name })}
                onClick={() => raising.drafting.fill({ places: toggled(places, place) })}
              >
                ×
              </button>
            )}
          </span>
        ))}
        <button type="button" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
          {open.value ? t().done : t().change}
        </button>
      </div>
      {open.value && asksForMore(me) && <p class="hint">{t().asks}</p>}
      {open.value && <Tree raising={raising} />}
    </>
  );
}
