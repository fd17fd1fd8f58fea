/** Shares out an officer's doors among officers nearby, after a confirmation with the numbers. */

import type { JSX } from "preact";
import type { SomebodyBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { get, post } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import { useMutation } from "../panels/use_mutation";

const t = texts("board.split");

interface SplitProps {
  readonly alert: number;
  /** The officer whose doors are shared out. */
  readonly officer: SomebodyBody;
}

export function Split({ alert, officer: { id: officer, name } }: SplitProps): JSX.Element {
  const mutation = useMutation();
  const path = { alert_id: alert };
  const press = (): Promise<void> =>
    mutation.run(officer, async () => {
      const plan = await get("/api/alerts/{alert_id}/door-split", { path, query: { officer } });
      const counts = plan.shares.map(
        (each) => [each.name, t().share({ doors: each.doors, total: each.total })] as const,
      );
      const title = t().title({ name, count: plan.doors });
      if (!(await confirmAction({ title, counts, action: t().act }))) return null;
      await post("/api/alerts/{alert_id}/door-split", { path, body: { officer } });
      return t().done;
    });
  return (
    <>
      <button type="button" class="primary" disabled={mutation.busy.value} onClick={press}>
        {t().act}
      </button>
      <Failure error={mutation.error.value} />
      <span role="status">{mutation.told.value}</span>
    </>
  );
}
