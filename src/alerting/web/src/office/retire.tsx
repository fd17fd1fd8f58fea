/** The form that takes something out of use, with a reason. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

interface Props {
  readonly label: string;
  readonly action: string;
  readonly retire: (reason: string) => Promise<void>;
}

export function Retire({ label, action, retire }: Props): JSX.Element {
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
      <button type="submit" class="danger">
        {action}
      </button>
    </form>
  );
}
