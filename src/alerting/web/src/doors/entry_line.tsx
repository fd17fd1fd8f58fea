/** One entry of the queue: the deed, its delivery state, and the button to undo it. */

import type { JSX } from "preact";
import { time, texts } from "../language";
import { UNDO_MS, undoOf, type Entry } from "./entry";
import type { DoorsStore } from "./doors_store";
import { deedName, words } from "./words";

const t = texts("doors.entry_line");

const SIGNS = { waiting: "↑", tried: "↑", received: "✓", refused: "✗" } as const;

interface LineProps {
  readonly entry: Entry;
  readonly store: DoorsStore;
  /** Whether to name the household; a door's own card already does. */
  readonly named?: boolean;
}

export function EntryLine({ entry, store, named = false }: LineProps): JSX.Element {
  const { about, deed, state, givenAt, takesBack } = entry;
  const what = takesBack === null ? deedName(deed) : words().takenBack;
  const told =
    state === "received" ? words().received : words()[state === "refused" ? state : "unsent"];
  return (
    <div class={`entry is-${state}`}>
      <p>
        {named && <>{about} · </>}
        <strong>{what}</strong> {time(givenAt)}
        <br />
        <span class="state">
          <span aria-hidden="true">{SIGNS[state]}</span> {told}
        </span>
        {entry.refusal !== null && <span class="why"> {entry.refusal}</span>}
      </p>
      {state === "refused" ? (
        <Refused entry={entry} store={store} />
      ) : (
        <UndoButton entry={entry} store={store} what={`${about} ${what}`} />
      )}
    </div>
  );
}

function UndoButton({ entry, store, what }: LineProps & { what: string }): JSX.Element | null {
  const now = store.now.value;
  if (undoOf(entry, now) === null) return null;
  const seconds = Math.ceil((entry.pressedAt + UNDO_MS - now) / 1000);
  return (
    <button type="button" class="undo" onClick={() => void store.undo(entry)}>
      {t().undo({ seconds: Math.min(seconds, UNDO_MS / 1000) })}
      <span class="hidden">{what}</span>
    </button>
  );
}

function Refused({ entry, store }: LineProps): JSX.Element {
  return (
    <span class="choices">
      <button type="button" onClick={() => void store.again(entry)}>
        {t().again}
      </button>
      <button type="button" onClick={() => void store.dismiss(entry)}>
        {t().seen}
      </button>
    </span>
  );
}
