/** Messages of other systems on the caller's board; a proposal is decided here. */

import type { JSX } from "preact";
import type { NoteBody } from "../api";
import { confirmAction } from "../confirm_dialog";
import { dayAndTime, number, texts } from "../language";
import { Failure } from "../shell";
import type { AlertList } from "./list";

const t = texts(
  {
    title: "其他系统的信息",
    from: (source: string, at: string) => `${source}，${at}`,
    until: (at: string) => `有效至 ${at}`,
    details: "全文",
    noted: "仅供知悉",
    proposed: "建议发布预警，等待决定",
    alerted: "已发布预警",
    updated: "已更正预警",
    board: "看板",
    approve: "发布预警",
    decline: "不发布",
    approveTitle: "现在发布并通知？",
    declineTitle: "不发布这个预警？",
    declineText: "不会通知任何人，也不再问上一级。",
    households: "户",
    people: "人",
    Extreme: "特别严重",
    Severe: "严重",
    Moderate: "较重",
    Minor: "一般",
    Unknown: "程度不明",
    Actual: "真实",
    Exercise: "演练",
    System: "系统",
    Test: "测试",
    Draft: "草稿",
  },
  {
    title: "From other systems",
    from: (source, at) => `${source}, ${at}`,
    until: (at) => `valid until ${at}`,
    details: "Full text",
    noted: "For information",
    proposed: "Proposed as an alert; waits for a decision",
    alerted: "Raised as an alert",
    updated: "The alert was corrected",
    board: "Board",
    approve: "Raise the alert",
    decline: "Decline",
    approveTitle: "Raise it, and alert them now?",
    declineTitle: "Decline this alert?",
    declineText: "Nobody is alerted, and no other tier is asked.",
    households: "Households",
    people: "People",
    Extreme: "Extreme",
    Severe: "Severe",
    Moderate: "Moderate",
    Minor: "Minor",
    Unknown: "Severity unknown",
    Actual: "Actual",
    Exercise: "Exercise",
    System: "System",
    Test: "Test",
    Draft: "Draft",
  },
);

export function Notes({ list }: { list: AlertList }): JSX.Element | null {
  const notes = list.notes.value;
  if (notes.length === 0 && list.notesFailure.value === null) return null;
  return (
    <section aria-labelledby="notes">
      <h2 id="notes">{t().title}</h2>
      <Failure error={list.notesFailure.value} />
      <ul>
        {notes.map((note) => (
          <Note key={note.id} note={note} list={list} />
        ))}
      </ul>
    </section>
  );
}

/** Texts are the sender's; rendered as text, they cannot be markup. */
function Note({ note, list }: { note: NoteBody; list: AlertList }): JSX.Element | null {
  const { summary, alert } = note;
  if (!summary) return null;
  return (
    <li class="alert note">
      <span class="what">
        <span class="severity">{t()[summary.severity]}</span>
        <strong class="event">{summary.event}</strong>
        {summary.status !== "Actual" && <span class="practice">{t()[summary.status]}</span>}
      </span>
      <span class="place">{summary.places}</span>
      {summary.headline && <span>{summary.headline}</span>}
      <span class="when">
        <span>{t().from(summary.sender_name || summary.sender, dayAndTime(summary.sent))}</span>
        {summary.expires && <span>{t().until(dayAndTime(summary.expires))}</span>}
      </span>
      {(summary.description || summary.instruction || summary.restriction) && (
        <details>
          <summary>{t().details}</summary>
          {[summary.restriction, summary.description, summary.instruction]
            .filter(Boolean)
            .map((text) => (
              <p key={text}>{text}</p>
            ))}
        </details>
      )}
      <span class="state">{outcomeOf(note)}</span>
      {alert !== null && note.alert_state !== "proposed" && (
        <a href={`/board/${alert}`}>{t().board}</a>
      )}
      {note.approval !== null && note.may_decide && <Decision note={note} list={list} />}
    </li>
  );
}

function outcomeOf({ outcome, alert_state }: NoteBody): string {
  if (outcome === "proposed")
    return alert_state === "proposed"
      ? t().proposed
      : alert_state === "cancelled"
        ? t().noted
        : t().alerted;
  return outcome === "alerted" || outcome === "updated" ? t()[outcome] : t().noted;
}

function Decision({ note, list }: { note: NoteBody; list: AlertList }): JSX.Element {
  const approval = note.approval ?? 0;
  const text = note.summary?.places ?? "";
  const approve = async (): Promise<void> => {
    const counts = [
      [t().households, number(note.households ?? 0)],
      [t().people, number(note.people ?? 0)],
    ] as const;
    const question = { title: t().approveTitle, text, counts, action: t().approve };
    if (await confirmAction(question)) await list.decide(approval, "approve");
  };
  const decline = async (): Promise<void> => {
    const title = t().declineTitle;
    const question = { title, text: t().declineText, action: t().decline, danger: true };
    if (await confirmAction(question)) await list.decide(approval, "decline");
  };
  return (
    <div class="choices">
      <button type="button" class="primary" onClick={approve}>
        {t().approve}
      </button>
      <button type="button" onClick={decline}>
        {t().decline}
      </button>
    </div>
  );
}
