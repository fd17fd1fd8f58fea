/** One action as its user meets it: what it needs, the button that does it, and what came of it. */

import type { ComponentChildren, JSX } from "preact";
import type { AlertStateBody } from "../../api";
import type { Feed } from "../../feed";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import type { Act } from "../panels/use_mutation";

export interface ActionProps {
  /** As it stands now. */
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  readonly division: string;
  /** Called when it was done, so that what depends on it is asked again. */
  readonly done: () => void;
}

export interface DrawerProps {
  readonly act: Act;
  /** What the button says. */
  readonly label: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly press: () => void;
  readonly children?: ComponentChildren;
}

/** A form, and the button at its end; a refusal stands under it, and what was written stays. */
export function Drawer(props: DrawerProps): JSX.Element {
  const { act, label, danger, disabled, press, children } = props;
  return (
    <form
      class="drawer"
      onSubmit={(event) => {
        event.preventDefault();
        press();
      }}
    >
      {children}
      <button class={danger ? "danger" : "primary"} disabled={disabled || act.busy.value}>
        {label}
      </button>
      <Failure error={act.error.value} />
      <p role="status">{act.told.value}</p>
    </form>
  );
}
