/** Approving or rejecting a requested area, confirmed once with the counts. */

import type { JSX } from "preact";
import type { AlertStateBody, ApprovalBody } from "../../api";
import { confirmAction } from "../../confirm_dialog";
import { post } from "../../client";
import { list, number, texts, time } from "../../language";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { previewOf, reachCounts } from "../actions/reach";
import { useMutation } from "./use_mutation";
import { mayDecide } from "./may_decide";
import { placeName } from "./places";

const t = texts(
  {
    approve: "批准",
    decline: "不批准",
    approveTitle: "批准并立即通知？",
    declineTitle: "不批准这个范围？",
    declineText: "不会通知那里的人，也不再问上一级。",
    approved: (households: number, at: string) =>
      `已批准：通知 ${number(households)} 户，预计 ${at} 发完。`,
    approvedOnly: "已批准：那里没有还要通知的人。",
    declined: "已记录：不批准。",
    notYours: "由更高一级决定。",
  },
  {
    approve: "Approve",
    decline: "Decline",
    approveTitle: "Approve, and alert them now?",
    declineTitle: "Decline this area?",
    declineText: "Nobody there is alerted, and no other tier is asked.",
    approved: (households, at) =>
      `Approved: ${number(households)} households are alerted, the last text leaves at ${at}.`,
    approvedOnly: "Approved: nobody there was left to alert.",
    declined: "Noted: declined.",
    notYours: "A higher tier decides this.",
  },
);

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
        ? t().approved(reached.households, time(reached.predicted_finish))
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
