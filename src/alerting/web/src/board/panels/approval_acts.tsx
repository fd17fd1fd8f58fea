/** Approves or rejects a requested area after one confirmation that shows the counts. */

import type { JSX } from "preact";
import type { AlertStateBody, ApprovalBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { post } from "../../client";
import { list, texts, time } from "../../language";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { previewOf, reachCounts } from "../actions/reach";
import { useMutation } from "./use_mutation";
import { mayDecide } from "./may_decide";
import { placeName } from "./places";

const t = texts("board.approval_acts");

export interface ApprovalActsProps {
  readonly of: ApprovalBody;
  readonly alert: AlertStateBody;
  readonly session: Session;
  readonly done: () => void;
}

export function ApprovalActs({ of, alert, session, done }: ApprovalActsProps): JSX.Element {
  const mutation = useMutation();
  if (!mayDecide(session.me, of.divisions)) return <small class="case-owner">{t().notYours}</small>;
  const path = { approval_id: of.id };
  const places = list(of.divisions.map((code) => placeName(code)));

  const approve = (): Promise<void> =>
    mutation.run("approve", async (key) => {
      const counts = reachCounts(await previewOf(alert, of.divisions));
      const question = { title: t().approveTitle, text: places, counts, action: t().approve };
      if (!(await confirmAction(question))) return null;
      const { reached } = await post("/api/approvals/{approval_id}/approve", { path, key });
      done();
      return reached
        ? t().approved({ households: reached.households, at: time(reached.predicted_finish) })
        : t().approvedOnly;
    });
  const decline = (): Promise<void> =>
    mutation.run("decline", async (key) => {
      const text = `${places}: ${t().declineText}`;
      if (
        !(await confirmAction({ title: t().declineTitle, text, action: t().decline, danger: true }))
      )
        return null;
      await post("/api/approvals/{approval_id}/decline", { path, key });
      done();
      return t().declined;
    });

  return (
    <div class="case-acts">
      <div class="choices">
        <button type="button" class="primary" disabled={mutation.busy.value} onClick={approve}>
          {t().approve}
        </button>
        <button type="button" disabled={mutation.busy.value} onClick={decline}>
          {t().decline}
        </button>
      </div>
      <Failure error={mutation.error.value} />
      <p role="status">{mutation.told.value}</p>
    </div>
  );
}
