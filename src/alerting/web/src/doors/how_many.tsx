/** A choice of a number of people: a button each, or typed if there are too many for one row. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { number, texts } from "../language";
import { words } from "./words";

const t = texts("doors.how_many");

/** The largest number with its own button. */
const BUTTONS = 9;

interface HowManyProps {
  /** Label of the choice. */
  readonly label: string;
  readonly most: number;
  readonly onChosen: (people: number) => void;
}

export function HowMany({ label, most, onChosen }: HowManyProps): JSX.Element {
  const typed = useSignal("");
  if (most <= BUTTONS)
    return (
      <div class="how-many" role="group" aria-label={label}>
        <span>{label}</span>
        {Array.from({ length: most }, (_, place) => place + 1).map((count) => (
          <button
            key={count}
            type="button"
            aria-label={words().people({ count })}
            onClick={() => onChosen(count)}
          >
            {number(count)}
          </button>
        ))}
      </div>
    );
  return (
    <form
      class="how-many"
      onSubmit={(event) => {
        event.preventDefault();
        onChosen(Number(typed.value));
      }}
    >
      <label>
        {label}
        <input
          type="number"
          inputMode="numeric"
          required
          min={1}
          max={most}
          value={typed.value}
          onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
        />
      </label>
      <button type="submit">{t().report}</button>
    </form>
  );
}
