/** The buttons that report the finding at a door, one tap each. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { TaskBody } from "../api";
import { texts } from "../language";
import { Shape } from "../standing";
import type { Report } from "./entry";
import { HowMany } from "./how_many";
import type { DoorsStore } from "./doors_store";

const t = texts("doors.find");

interface FindProps {
  /** The household at the door. */
  readonly at: Pick<TaskBody, "alert" | "household" | "head" | "headcount">;
  /** The household's door task, if the officer has one. */
  readonly door: TaskBody | null;
  readonly store: DoorsStore;
}

export function Find({ at, door, store }: FindProps): JSX.Element {
  const counting = useSignal(false);
  const { alert, household, head } = at;

  function found(report: Report, people: number | null = null): void {
    counting.value = false;
    const deed = { kind: "report", household, report, people, note: "" } as const;
    void store.did({ alert, deed, about: head, door });
  }
  return (
    <div class="find">
      <button type="button" class="out is-evacuated" onClick={() => found("evacuated")}>
        <Shape of="evacuated" /> {t().out}
      </button>
      {at.headcount > 1 && (
        <button
          type="button"
          class="is-partly"
          aria-expanded={counting.value}
          onClick={() => (counting.value = !counting.value)}
        >
          <Shape of="partly" /> {t().partly}
        </button>
      )}
      {counting.value && (
        <HowMany
          label={t().howMany}
          most={at.headcount - 1}
          onChosen={(people) => found("evacuated", people)}
        />
      )}
      <button type="button" class="is-needs_help" onClick={() => found("needs_help")}>
        <Shape of="needs_help" /> {t().help}
      </button>
      <button type="button" class="is-staying" onClick={() => found("staying")}>
        <Shape of="staying" /> {t().staying}
      </button>
      <button type="button" class="not-home" onClick={() => found("not_home")}>
        <Shape of="unaccounted" /> {t().notHome}
      </button>
    </div>
  );
}
