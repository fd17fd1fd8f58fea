/** Closes an alert once nobody is unaccounted for and no call for help is open. */

import type { JSX } from "preact";
import { get, post, Refusal } from "../../client";
import { texts } from "../../language";
import { useMutation } from "../panels/use_mutation";
import { Drawer, type ActionProps } from "./action";
import { obstacleWords } from "./obstacles";

const t = texts("board.close");

export function Close({ alert, done }: ActionProps): JSX.Element {
  const mutation = useMutation();
  const path = { alert_id: alert.id };
  const press = (): Promise<void> =>
    mutation.run("close", async (key) => {
      try {
        await post("/api/alerts/{alert_id}/close", { path, key });
      } catch (error) {
        throw await worded(error, alert.id);
      } finally {
        done();
      }
      return t().done;
    });
  return (
    <Drawer mutation={mutation} label={t().act} press={press}>
      <p>{t().what}</p>
    </Drawer>
  );
}

/** Return a refusal with the current reasons in the page's language, not the service's English. */
async function worded(error: unknown, alert_id: number): Promise<unknown> {
  if (!(error instanceof Refusal) || !error.reasons.length) return error;
  const path = { alert_id };
  const now = await get("/api/alerts/{alert_id}", { path }).catch(() => null);
  if (!now?.not_clear.length) return error;
  return new Refusal(error.status, t().not, now.not_clear.map(obstacleWords));
}
