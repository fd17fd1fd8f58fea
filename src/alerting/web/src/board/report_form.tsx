/** An officer's own report on a household from the board: by radio, by phone, at the door. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { FindingBody, HouseholdRecordBody, Report } from "../api";
import { freshKey, mayTryAgain, post } from "../client";
import { number, texts } from "../language";
import { Failure } from "../shell";
import { said } from "./evidence";
import { may } from "./household_actions";

const t = texts("board.report_form");

const REPORTS = [
  "evacuated",
  "elsewhere",
  "not_home",
  "staying",
  "needs_help",
] as const satisfies readonly Report[];

interface ReportFormProps {
  readonly alert: number;
  readonly record: HouseholdRecordBody;
  readonly onDone: () => void;
}

export function ReportForm({ alert, record, onDone }: ReportFormProps): JSX.Element | null {
  const people = useSignal("");
  const note = useSignal("");
  const failure = useSignal<unknown>(null);
  const isSending = useSignal(false);
  // One idempotency key per report: pressed again without an answer, it counts once.
  const key = useRef({ of: "", key: freshKey() });
  if (!may(record, "report")) return null;

  async function send(report: Report): Promise<void> {
    const finding: FindingBody = {
      household: record.household.code,
      report,
      note: note.value,
      ...(people.value === "" ? {} : { people: Number(people.value) }),
    };
    const same = JSON.stringify(finding);
    if (key.current.of !== same) key.current = { of: same, key: freshKey() };
    isSending.value = true;
    try {
      const body = { ...finding, key: key.current.key };
      await post("/api/alerts/{alert_id}/evidence", { path: { alert_id: alert }, body });
      people.value = note.value = "";
      failure.value = null;
      key.current = { of: "", key: freshKey() };
      onDone();
    } catch (error) {
      if (!mayTryAgain(error)) key.current = { of: "", key: freshKey() };
      failure.value = error;
    }
    isSending.value = false;
  }
  const all = record.household.headcount;
  return (
    <fieldset class="report-form" disabled={isSending.value}>
      <legend>{t().title}</legend>
      <div class="marks">
        {REPORTS.map((report) => (
          <button
            key={report}
            type="button"
            class={`is-${report === "not_home" ? "unaccounted" : report}`}
            onClick={() => void send(report)}
          >
            {said()[report]}
          </button>
        ))}
      </div>
      <div class="details">
        <label>
          {t().people}
          <input
            type="number"
            min={0}
            max={999}
            placeholder={number(all)}
            value={people.value}
            onInput={({ currentTarget }) => (people.value = currentTarget.value)}
          />
        </label>
        <label>
          {t().note}
          <input
            maxLength={500}
            value={note.value}
            onInput={({ currentTarget }) => (note.value = currentTarget.value)}
          />
        </label>
      </div>
      <Failure error={failure.value} />
    </fieldset>
  );
}
