/** Sends an officer to a household's door: one who was called and is responsible for the place. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { HouseholdRecordBody, OfficerCallBody } from "../api";
import { get, post } from "../client";
import { texts } from "../language";
import { mayReport, OfficerChoice } from "../officer_choice";
import { Failure } from "../shell";
import { may } from "./household_actions";

const t = texts("board.hand_on");

interface HandOnProps {
  readonly alert: number;
  readonly record: HouseholdRecordBody;
  readonly onDone: () => void;
}

export function HandOn({ alert, record, onDone }: HandOnProps): JSX.Element | null {
  const officers = useSignal<readonly OfficerCallBody[] | null>(null);
  const chosen = useSignal("");
  const failure = useSignal<unknown>(null);
  const { code } = record.household;
  useEffect(() => {
    get("/api/alerts/{alert_id}/officers", { path: { alert_id: alert } }).then(
      (called) => (officers.value = candidates(called, code)),
      (error: unknown) => (failure.value = error),
    );
  }, [alert, code]);
  if (!may(record, "send")) return null;
  if (officers.value?.length === 0) return <p>{t().nobody}</p>;

  async function send(): Promise<void> {
    const body = { household: code, officer: chosen.value };
    try {
      await post("/api/alerts/{alert_id}/tasks", { path: { alert_id: alert }, body });
      failure.value = null;
      onDone();
    } catch (error) {
      failure.value = error;
    }
  }
  return (
    <div class="hand-on">
      <OfficerChoice label={t().to} officers={officers.value ?? []} chosen={chosen} mayBeEmpty />
      <button type="button" disabled={chosen.value === ""} onClick={() => void send()}>
        {t().send}
      </button>
      <Failure error={failure.value} />
    </div>
  );
}

/** Return the officers of the household's place and above who may report on it, nearest first. */
export function candidates(
  called: readonly OfficerCallBody[],
  household: string,
): readonly OfficerCallBody[] {
  return called
    .filter((officer) => mayReport(officer, household))
    .toSorted((one, other) => other.division.length - one.division.length);
}
