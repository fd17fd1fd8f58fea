/** An officer's actions on a call for help: set off to it, or report the finding. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { HelpCaseBody, ReadingBody, TaskBody } from "../../api";
import { post } from "../../client";
import { texts } from "../../language";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { useMutation } from "./use_mutation";
import { covers } from "./places";

const t = texts("board.help_acts");

const FOUND = [
  "evacuated",
  "elsewhere",
  "staying",
] as const satisfies readonly ReadingBody["report"][];
const SENDING = new Set(["duty_officer", "town_commander"]);
const REPORTING = new Set(["grid_officer", ...SENDING]);

export interface HelpActsProps {
  readonly alert: number;
  readonly of: HelpCaseBody;
  readonly door: TaskBody | undefined;
  readonly session: Session;
  readonly done: () => void;
}

export function HelpActs({ alert, of, door, session, done }: HelpActsProps): JSX.Element | null {
  const { me } = session;
  const mutation = useMutation();
  const isClosing = useSignal(false);
  const note = useSignal("");
  const isMine = door?.officer === me.id;
  if (!REPORTING.has(me.role) || !covers(me.division, of.household)) return null;

  const go = (): Promise<void> =>
    mutation.run(`go/${of.household}`, async () => {
      const mine = isMine ? door : await send();
      await post("/api/tasks/{task_id}/take", { path: { task_id: mine.id } });
      done();
      return t().gone;
    });
  const send = (): Promise<TaskBody> =>
    post("/api/alerts/{alert_id}/tasks", {
      path: { alert_id: alert },
      body: { household: of.household, officer: me.id },
    });
  const close = (report: (typeof FOUND)[number]): Promise<void> =>
    mutation.run(`${of.household}/${report}/${note.value}`, async (key) => {
      await post("/api/alerts/{alert_id}/evidence", {
        path: { alert_id: alert },
        body: { household: of.household, report, note: note.value, key },
      });
      isClosing.value = false;
      done();
      return t().recorded;
    });

  const mayGo = (isMine || SENDING.has(me.role)) && !(isMine && door.state === "taken");
  return (
    <div class="case-acts">
      {!isClosing.value && (
        <div class="choices">
          {mayGo && (
            <button type="button" disabled={mutation.busy.value} onClick={go}>
              {t().go}
            </button>
          )}
          <button type="button" onClick={() => (isClosing.value = true)}>
            {t().close}
          </button>
        </div>
      )}
      {isClosing.value && (
        <fieldset>
          <legend>{t().asked}</legend>
          <label>
            {t().note}
            <input
              value={note.value}
              maxLength={500}
              onInput={(e) => (note.value = e.currentTarget.value)}
            />
          </label>
          <div class="choices">
            {FOUND.map((report) => (
              <button
                type="button"
                key={report}
                disabled={mutation.busy.value}
                onClick={() => close(report)}
              >
                {t()[report]}
              </button>
            ))}
            <button type="button" class="plain" onClick={() => (isClosing.value = false)}>
              {t().back}
            </button>
          </div>
        </fieldset>
      )}
      <Failure error={mutation.error.value} />
      <p role="status">{mutation.told.value}</p>
    </div>
  );
}
