/** The households listed by hand for a hazard point, because the roster does not place them. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { OfficeHouseholdBody } from "../../api";
import { get } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import type { PointDraft } from "./point_draft";

const t = texts("office.points");
/** Codes of households are longer than those of villages. */
const VILLAGE_DIGITS = 12;

export function ListedHouseholds({ draft }: { draft: PointDraft }): JSX.Element {
  const { division, households } = draft.fields.value;
  const unplaced = useSignal<readonly OfficeHouseholdBody[]>([]);
  const failure = useSignal<unknown>(null);
  useEffect(() => {
    if (division.length < VILLAGE_DIGITS) return;
    get("/api/office/households", { query: { division, lack: "coordinates" } }).then(
      (found) => (unplaced.value = found.households),
      (error: unknown) => (failure.value = error),
    );
  }, [division]);
  const shown = new Set(unplaced.value.map(({ code }) => code));
  const others = households.filter((code) => !shown.has(code));
  function toggle(code: string): void {
    const left = households.filter((each) => each !== code);
    draft.change({ households: left.length < households.length ? left : [...households, code] });
  }
  return (
    <fieldset>
      <legend>{t().listed}</legend>
      <p class="hint">{t().listedHint}</p>
      {unplaced.value.map(({ code, head, address }) => (
        <label key={code} class="choice">
          <input
            type="checkbox"
            checked={households.includes(code)}
            onChange={() => toggle(code)}
          />
          <span>
            {head} {address} <span class="code">{code}</span>
          </span>
        </label>
      ))}
      <label for="point-households">{t().codes}</label>
      <textarea
        id="point-households"
        rows={3}
        value={others.join("\n")}
        onChange={(event) => {
          const typed = event.currentTarget.value.split(/\s+/).filter((each) => each !== "");
          const ticked = households.filter((code) => shown.has(code));
          draft.change({ households: [...new Set([...ticked, ...typed])] });
        }}
      />
      <Failure error={failure.value} />
    </fieldset>
  );
}
