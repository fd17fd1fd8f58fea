/** The choice of an exercise's size; for one phone, also of the phone's owner. */

import type { JSX } from "preact";
import type { ExerciseSize } from "../api";
import { texts } from "../language";
import { Problem } from "./problem";
import type { Raising } from "./raising";

const t = texts("raise.sizes");
const SIZES: readonly ExerciseSize[] = ["one_phone", "officers", "everybody"];

export function SizeChoice({ raising }: { raising: Raising }): JSX.Element | null {
  const { status, size, phone } = raising.drafting.draft.value.form;
  if (status !== "Exercise") return null;
  return (
    <fieldset class="size">
      <legend>{t().title}</legend>
      {SIZES.map((each) => (
        <label key={each} class="size-line">
          <input
            type="radio"
            name="size"
            checked={size === each}
            onChange={() => raising.drafting.fill({ size: each })}
          />
          <span>{t()[each]}</span>
        </label>
      ))}
      {size === "one_phone" && (
        <>
          <label for="phone">{t().whose}</label>
          <input
            id="phone"
            maxLength={100}
            value={phone}
            placeholder={t().own}
            onInput={(event) => raising.drafting.fill({ phone: event.currentTarget.value })}
          />
        </>
      )}
      <Problem raising={raising} of="exercise" />
      <a href="/admin/exercises">{t().record}</a>
    </fieldset>
  );
}
