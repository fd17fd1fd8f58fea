/** Chooses divisions: shows the parts of one division at a time, up to the officer's own. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AlertStateBody, LocalityBody } from "../../api";
import { texts } from "../../language";
import type { Me } from "../../me";
import { Failure } from "../../shell";
import { above, covers, locality, placeName } from "../panels/places";
import { asksOnly } from "./permissions";

const t = texts("board.chooser");

const TOWN_DIGITS = 9;

export interface ChooserProps {
  readonly alert: AlertStateBody;
  readonly me: Me;
  readonly chosen: Signal<readonly string[]>;
}

export function Chooser({ alert, me, chosen }: ChooserProps): JSX.Element {
  const within = useSignal((alert.divisions[0] ?? me.division).slice(0, TOWN_DIGITS));
  const found = useSignal<LocalityBody | null>(null);
  const error = useSignal<unknown>(null);
  useEffect(() => {
    let isCurrent = true;
    locality(within.value).then(
      (answer) => isCurrent && (found.value = answer),
      (failure: unknown) => isCurrent && (error.value = failure),
    );
    return () => (isCurrent = false);
  }, [within.value]);

  const wider = above(within.value);
  // An officer who only requests may ask for any place; one who sends stays within their division.
  const mayGoUp = wider !== null && (asksOnly(me) || covers(me.division, wider));
  const choose = (code: string, isOn: boolean): void => {
    const others = chosen.value.filter((each) => !covers(code, each) && !covers(each, code));
    chosen.value = isOn ? [...others, code] : others;
  };

  return (
    <fieldset class="chooser">
      <legend>{t().within({ name: placeName(within.value) })}</legend>
      {mayGoUp && (
        <button type="button" class="plain" onClick={() => (within.value = wider)}>
          ↑ {t().up}
        </button>
      )}
      <Failure error={error.value} />
      <ul>
        {found.value?.parts.map(({ code, name, tier }) => {
          const isIn = alert.divisions.some((division) => covers(division, code));
          return (
            <li key={code}>
              <label>
                <input
                  type="checkbox"
                  checked={isIn || chosen.value.some((each) => covers(each, code))}
                  disabled={isIn}
                  onChange={(e) => choose(code, e.currentTarget.checked)}
                />{" "}
                {name} {isIn && <small>{t().already}</small>}
              </label>
              {tier !== "village" && tier !== "grid" && (
                <button type="button" class="plain" onClick={() => (within.value = code)}>
                  {t().open} ›
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
