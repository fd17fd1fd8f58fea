/** The tree of places: one level at a time, with steps down and up and a search. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { LocalityBody, PlaceBody } from "../api";
import { Failure } from "../shell";
import { howChosen, toggled } from "./choosing";
import { localityOf } from "./localities";
import type { Raising } from "./raising";
import { topOf } from "./who";
import { t } from "./words";

/** Number of parts above which a search field is shown. */
const MANY = 8;
const ENDS: ReadonlySet<string> = new Set(["village", "grid"]);

export function Tree({ raising }: { raising: Raising }): JSX.Element {
  const path = useSignal<readonly LocalityBody[]>([]);
  const sought = useSignal("");
  const failure = useSignal<unknown>(null);
  async function go(code: string): Promise<void> {
    try {
      path.value = [...path.value, await localityOf(code)];
      sought.value = "";
      failure.value = null;
    } catch (error) {
      failure.value = error;
    }
  }
  useEffect(() => void go(topOf(raising.session.me)), []);
  const here = path.value.at(-1);
  const above = path.value.at(-2);
  const found = here?.parts.filter(({ name }) => name.includes(sought.value.trim())) ?? [];
  return (
    <div class="tree">
      <Failure error={failure.value} />
      {above && (
        <button type="button" onClick={() => (path.value = path.value.slice(0, -1))}>
          ‹ {t().up({ name: above.name })}
        </button>
      )}
      {here && <Choice raising={raising} place={here} label={t().whole({ name: here.name })} />}
      {here && here.parts.length > MANY && (
        <input
          type="search"
          aria-label={t().filter}
          placeholder={t().filter}
          value={sought.value}
          onInput={(event) => (sought.value = event.currentTarget.value)}
        />
      )}
      <ul>
        {found.map((part) => (
          <li key={part.code}>
            <Choice raising={raising} place={part} label={part.name} />
            {!ENDS.has(part.tier) && (
              <button
                type="button"
                aria-label={t().into({ name: part.name })}
                onClick={() => go(part.code)}
              >
                ›
              </button>
            )}
          </li>
        ))}
      </ul>
      {here && here.parts.length === 0 && <p>{t().noParts}</p>}
    </div>
  );
}

function Choice({
  raising,
  place: { code, name },
  label,
}: {
  raising: Raising;
  place: PlaceBody;
  label: string;
}): JSX.Element {
  const { places } = raising.drafting.draft.value.form;
  const how = howChosen(places, code);
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={how !== null}
        disabled={how === "within"}
        onChange={() => raising.drafting.fill({ places: toggled(places, { code, name }) })}
      />
      {label}
    </label>
  );
}
