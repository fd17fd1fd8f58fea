/** Messages of other systems on the caller's board; a proposal is decided here. */

import type { JSX } from "preact";
import type { NoteBody } from "../api";
import { confirmAction } from "../confirm_dialog";
import { dayAndTime, number, texts } from "../language";
import { Failure } from "../shell";
import type { AlertList } from "./list";

const t = texts("alerts.notes");

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
        <span>
          {t().from({
            source: summary.sender_name || summary.sender,
            at: dayAndTime(summary.sent),
          })}
        </span>
        {summary.expires && <span>{t().until({ at: dayAndTime(summary.expires) })}</span>}
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
