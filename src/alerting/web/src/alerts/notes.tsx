/** Notes and proposals of other systems and sensors; a proposal is decided here. */

import type { JSX } from "preact";
import type { NoteBody } from "../api";
import { confirmAction } from "../confirm_dialog";
import { dayAndTime, duration, number, texts } from "../language";
import { Failure } from "../shell";
import type { AlertList } from "./list";
import { newsOf } from "./sensors";

const t = texts("alerts.notes");

const SECOND_MS = 1_000;

interface NotesProps {
  readonly list: AlertList;
  /** The alert time now. */
  readonly now: Date;
}

/** The waiting proposals, unfolded, and all other notes, folded. */
export function Notes({ list, now }: NotesProps): JSX.Element | null {
  const notes = list.notes.value;
  if (notes.length === 0 && list.notesFailure.value === null) return null;
  const waiting = notes.filter(({ state }) => state === "waiting");
  const others = notes.filter(({ state }) => state !== "waiting");
  return (
    <section aria-labelledby="notes">
      <h2 id="notes">{t().title}</h2>
      <Failure error={list.notesFailure.value} />
      <NoteList notes={waiting} list={list} now={now} />
      {others.length > 0 && (
        <details class="folded">
          <summary>{t().others({ count: others.length })}</summary>
          <NoteList notes={others} list={list} now={now} />
        </details>
      )}
    </section>
  );
}

function NoteList({ notes, list, now }: NotesProps & { notes: readonly NoteBody[] }): JSX.Element {
  return (
    <ul>
      {notes.map((note) => (
        <Note key={`${note.kind} ${note.id}`} note={note} list={list} now={now} />
      ))}
    </ul>
  );
}

/** A note. Its texts come from strangers, so they are rendered as text, never as markup. */
function Note({ note, list, now }: NotesProps & { note: NoteBody }): JSX.Element {
  const { alert, message } = note;
  return (
    <li class={`alert note ${note.state}`}>
      <span class="what">
        {message && <span class="severity">{t()[message.severity]}</span>}
        {note.reading && (
          <span class={`severity ${note.reading.news}`}>{newsOf(note.reading)}</span>
        )}
        <strong class="event">{note.hazard}</strong>
        {message && message.status !== "Actual" && (
          <span class="practice">{t()[message.status]}</span>
        )}
      </span>
      <span class="place">{message?.places || note.place}</span>
      <Texts note={note} />
      <span class="when">
        <span>
          {t().from({
            source: message?.sender_name || message?.sender || note.source,
            at: dayAndTime(message?.sent ?? note.since),
          })}
        </span>
        {note.expires && <span>{t().until({ at: dayAndTime(note.expires) })}</span>}
      </span>
      <span class="state">
        {t()[note.state]}
        {note.state === "waiting" && <PassesUp note={note} now={now} />}
      </span>
      {alert !== null && note.state !== "waiting" && note.state !== "declined" && (
        <a href={`/board/${alert}`}>{t().board}</a>
      )}
      {note.allowed_actions.some(({ allowed }) => allowed) && <Decision note={note} list={list} />}
    </li>
  );
}

function Texts({ note: { message, reading } }: { note: NoteBody }): JSX.Element {
  const more = message
    ? [message.restriction, message.description, message.instruction].filter(Boolean)
    : [reading?.detail].filter(Boolean);
  return (
    <>
      {message?.headline && <span>{message.headline}</span>}
      {more.length > 0 && (
        <details>
          <summary>{t().details}</summary>
          {more.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </details>
      )}
    </>
  );
}

/** The time left until the next tier is asked for approval. */
function PassesUp({ note, now }: { note: NoteBody; now: Date }): JSX.Element {
  if (note.passes_at === null) return <span class="passes">{t().last}</span>;
  const left = Math.max(0, (Date.parse(note.passes_at) - now.getTime()) / SECOND_MS);
  return <span class="passes">{t().passes({ left: duration(left) })}</span>;
}

function Decision({ note, list }: { note: NoteBody; list: AlertList }): JSX.Element {
  const approval = note.approval ?? 0;
  const text = note.message?.places || note.place;
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
