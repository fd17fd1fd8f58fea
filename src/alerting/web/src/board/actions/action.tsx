/** One action on an alert: its form, the button that does it, and its outcome. */

import type { ComponentChildren, JSX } from "preact";
import type { AlertStateBody } from "../../api";
import type { Feed } from "../../feed";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import type { Mutation } from "../panels/use_mutation";

export interface ActionProps {
  /** The alert's current state. */
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  readonly division: string;
  /** Called after the action succeeded, so that dependent queries are repeated. */
  readonly done: () => void;
}

export interface DrawerProps {
  readonly mutation: Mutation;
  /** Label of the button. */
  readonly label: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly press: () => void;
  readonly children?: ComponentChildren;
}

/** A form with its button at the end. A refusal appears below it and the input is kept. */
export function Drawer(props: DrawerProps): JSX.Element {
  const { mutation, label, danger, disabled, press, children } = props;
  return (
    <form
      class="drawer"
      onSubmit={(event) => {
        event.preventDefault();
        press();
      }}
    >
      {children}
      <button class={danger ? "danger" : "primary"} disabled={disabled || mutation.busy.value}>
        {label}
      </button>
      <Failure error={mutation.error.value} />
      <p role="status">{mutation.told.value}</p>
    </form>
  );
}
