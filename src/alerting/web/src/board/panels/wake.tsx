/** Calls again, by text and phone at once, an officer who could not be woken. */

import type { JSX } from "preact";
import type { Role } from "../../api";
import { post } from "../../client";
import { texts } from "../../language";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { worded } from "../worded";
import { useMutation } from "./use_mutation";

const t = texts("board.wake");

const WAKES: ReadonlySet<Role> = new Set<Role>(["duty_officer", "town_commander"]);

interface WakeProps {
  readonly alert: number;
  readonly officer: { readonly id: string; readonly name: string };
  readonly session: Session;
  readonly done: () => void;
}

/** The button, for the roles that may use it. */
export function Wake({ alert, officer, session, done }: WakeProps): JSX.Element | null {
  const mutation = useMutation();
  if (!WAKES.has(session.me.role)) return null;
  const press = (): Promise<void> =>
    mutation.run(officer.id, async (key) => {
      const path = { alert_id: alert, officer_id: officer.id };
      try {
        await post("/api/alerts/{alert_id}/officers/{officer_id}/wake", { path, key });
        return t().done({ name: officer.name });
      } catch (error) {
        throw worded(error, t());
      } finally {
        done();
      }
    });
  return (
    <>
      <button type="button" disabled={mutation.busy.value} onClick={press}>
        {t().act({ name: officer.name })}
      </button>
      <Failure error={mutation.error.value} />
      <span role="status">{mutation.told.value}</span>
    </>
  );
}
