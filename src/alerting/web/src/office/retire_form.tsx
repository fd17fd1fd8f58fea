/** The form that retires an officer, a household or a hazard point, with a reason. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

interface Props {
  /** The label of the reason. */
  readonly reason: string;
  /** The label of the button. */
  readonly act: string;
  /** Whether a request of the form is in progress. */
  readonly busy: boolean;
  readonly retire: (reason: string) => Promise<void>;
}

export function RetireForm({ reason: label, act, busy, retire }: Props): JSX.Element {
  const reason = useSignal("");
  return (
    <form
      class="edit"
      onSubmit={(event) => {
        event.preventDefault();
        void retire(reason.value);
      }}
    >
      <label for="reason">{label}</label>
      <input
        id="reason"
        required
        maxLength={200}
        value={reason.value}
        onInput={(event) => (reason.value = event.currentTarget.value)}
      />
      <button type="submit" class="danger" disabled={busy}>
        {act}
      </button>
    </form>
  );
}
