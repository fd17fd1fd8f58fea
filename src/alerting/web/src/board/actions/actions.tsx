/** The actions on an alert; each opens below its button. */

import "./actions.css";
import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertState, AlertStateBody } from "../../api";
import { OF_ALERT } from "../event_kinds";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { list, texts } from "../../language";
import type { Me } from "../../me";
import type { Session } from "../../session";
import { useQuery } from "../panels/use_query";
import { covers } from "../panels/places";
import type { ActionProps } from "./action";
import { AllClear } from "./all_clear";
import { Cancel } from "./cancel";
import { Close } from "./close";
import { ACTIONS, permissionFor, type Action, type Permission } from "./permissions";
import { obstacleWords } from "./obstacles";
import { RollCall } from "./roll_call";
import { SendAgain } from "./send_again";
import { ToDoors } from "./to_doors";
import { Update } from "./update";
import { Widen } from "./widen";

const t = texts("board.actions");

const DRAWERS: Record<Action, (props: ActionProps) => JSX.Element> = {
  send_again: SendAgain,
  doors: ToDoors,
  widen: Widen,
  roll_call: RollCall,
  close: Close,
  all_clear: AllClear,
  update: Update,
  cancel: Cancel,
};

export interface ActionsProps {
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  readonly division: ReadonlySignal<string>;
}

export function Actions({ alert: given, feed, session, division }: ActionsProps): JSX.Element {
  const query = useQuery<AlertStateBody>(
    feed,
    () => get("/api/alerts/{alert_id}", { path: { alert_id: given.id } }),
    { kinds: OF_ALERT },
    String(given.id),
  );
  const opened = useSignal<Action | null>(null);
  const told = useComputed(() => feed.state.value?.alert).value;
  const alert = { ...newer(given, query.value.value), ...(told && statedBy(told)) };
  const permissions = ACTIONS.map((action) => [action, permissionFor(action, alert)] as const);
  const Open = opened.value && DRAWERS[opened.value];
  const permission = permissions.find(([action]) => action === opened.value)?.[1];
  return (
    <section class="actions" aria-labelledby="actions">
      <h2 id="actions">{t().title}</h2>
      <Obstacles alert={alert} me={session.me} />
      <div class="action-bar">
        {permissions.map(([action, permission]) => (
          <Choice
            key={action}
            action={action}
            permission={permission}
            state={alert.state}
            opened={opened.value}
            open={(one) => (opened.value = one)}
          />
        ))}
      </div>
      {Open && (
        <fieldset class="open-action" disabled={permission !== "allowed"}>
          <legend class="hidden">{t()[opened.value as Action]}</legend>
          <Open
            key={opened.value}
            alert={alert}
            feed={feed}
            session={session}
            division={division.value}
            done={() => void query.refresh()}
          />
        </fieldset>
      )}
    </section>
  );
}

interface ChoiceProps {
  readonly action: Action;
  readonly permission: Permission;
  readonly state: AlertState;
  readonly opened: Action | null;
  readonly open: (action: Action | null) => void;
}

function Choice({ action, permission, state, opened, open }: ChoiceProps): JSX.Element {
  const isOpen = opened === action;
  return (
    <button
      type="button"
      class={`action-${action}`}
      aria-expanded={isOpen}
      disabled={permission !== "allowed" && !isOpen}
      onClick={() => open(isOpen ? null : action)}
    >
      {t()[action]}
      {permission !== "allowed" && <small>{whyNot(action, permission, state)}</small>}
    </button>
  );
}

/** Return why an action is not allowed: the all-clear comes after closing, so that is said. */
function whyNot(
  action: Action,
  permission: Exclude<Permission, "allowed">,
  state: AlertState,
): string {
  const isAhead = action === "all_clear" && (state === "open" || state === "expired");
  return isAhead && permission === "not_in_this_state" ? t().after_closing : t()[permission];
}

/**
 * Shows the reasons against closing before anybody presses.
 *
 * They are counted over the officer's part of the alert's area, so the place is named.
 */
export function Obstacles({ alert, me }: { alert: AlertStateBody; me: Me }): JSX.Element | null {
  if (!alert.not_clear.length || (alert.state !== "open" && alert.state !== "expired")) return null;
  const why = list(alert.not_clear.map(obstacleWords));
  const isWhole = alert.divisions.every((place) => covers(me.division, place));
  return (
    <p class="obstacles">
      {isWhole ? t().not({ why }) : t().notHere({ place: me.division_name, why })}
    </p>
  );
}

/** Return the newer of two states: the board polls the alert, and each action reads it too. */
function newer(given: AlertStateBody, answer: AlertStateBody | null): AlertStateBody {
  return answer && answer.seq > given.seq ? answer : given;
}

/** Return the alert with the fields that the feed reports sooner than HTTP. */
function statedBy({
  state,
  expires,
  divisions,
}: Pick<AlertStateBody, "state" | "expires" | "divisions">): Partial<AlertStateBody> {
  return { state, expires, divisions };
}
