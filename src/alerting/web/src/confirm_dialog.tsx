/** A confirmation before an action that reaches many people, with the counts. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "./language";

export interface Confirmation {
  readonly title: string;
  readonly text?: string;
  /** The action's reach: a label with a number, a name or a time, already formatted. */
  readonly counts?: readonly (readonly [label: string, value: string])[];
  /** Label of the button that confirms: the action's name, never 'OK'. */
  readonly action: string;
  readonly danger?: boolean;
}

interface PendingConfirmation extends Confirmation {
  readonly answer: (yes: boolean) => void;
}

const t = texts("shared.confirm_dialog");
const pending = signal<PendingConfirmation | null>(null);

/** Ask the user to confirm; resolve to true if they chose the action. The shell shows it. */
export function confirmAction(confirmation: Confirmation): Promise<boolean> {
  pending.value?.answer(false);
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      pending.value = null;
      resolve(yes);
    };
    pending.value = { ...confirmation, answer };
  });
}

/** The place where confirmations appear; only the shell renders it. */
export function ConfirmDialog(): JSX.Element | null {
  return pending.value && <Dialog key={pending.value.title} pending={pending.value} />;
}

function Dialog({
  pending: { title, text, counts, action, danger, answer },
}: {
  pending: PendingConfirmation;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // A modal dialog traps the focus and restores it when it closes.
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="confirmation" onCancel={() => answer(false)}>
      <h2 id="confirmation">{title}</h2>
      {text && <p>{text}</p>}
      {counts && (
        <dl>{counts.map(([label, value]) => [<dt key={label}>{label}</dt>, <dd>{value}</dd>])}</dl>
      )}
      <div class="choices">
        <button type="button" onClick={() => answer(false)}>
          {t().back}
        </button>
        <button type="button" class={danger ? "danger" : "primary"} onClick={() => answer(true)}>
          {action}
        </button>
      </div>
    </dialog>
  );
}
