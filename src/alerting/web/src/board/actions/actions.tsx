/** The actions on an alert; the form of each opens below its button. */

import "./actions.css";
import { useComputed, type ReadonlySignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertState, AlertStateBody } from "../../api";
import { OF_ALERT } from "../event_kinds";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { list, texts } from "../../language";
import type { Me } from "../../me";
import type { Session } from "../../session";
import { countsIn, type Counts } from "../counts";
import { useQuery } from "../panels/use_query";
import { covers } from "../panels/places";
import type { ActionProps } from "./action";
import { AllClear } from "./all_clear";
import { Cancel } from "./cancel";
import { Close } from "./close";
import { ACTIONS, permissionFor, type Action, type Permission } from "./permissions";
import { obstaclesIn, obstacleWords } from "./obstacles";
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
  /** The action whose form is open. */
  readonly opened: Signal<Action | null>;
}

/** States in which every action would be refused, so that no button is offered. */
const OVER: ReadonlySet<AlertState> = new Set(["all_clear", "cancelled"]);

export function Actions({
  alert: given,
  feed,
  session,
  division,
  opened,
}: ActionsProps): JSX.Element {
  const query = useQuery<AlertStateBody>(
    feed,
    () => get("/api/alerts/{alert_id}", { path: { alert_id: given.id } }),
    { kinds: OF_ALERT },
    String(given.id),
  );
  const told = useComputed(() => feed.state.value?.alert).value;
  const own = countsIn(feed.state.value?.tallies ?? {}, session.me.division);
  const alert = { ...newer(given, query.value.value), ...(told && statedBy(told)) };
  const permissions = possibleFirst(alert);
  const Open = opened.value && DRAWERS[opened.value];
  const permission = permissions.find(([action]) => action === opened.value)?.[1];
  const isOver =
    OVER.has(alert.state) && permissions.every(([, permission]) => permission !== "allowed");
  return (
    <section class="actions" aria-labelledby="actions">
      <Obstacles alert={alert} counts={own} me={session.me} />
      <details id="actions-part" class="collapsible">
        <summary>
          <h2 id="actions">{t().title}</h2>
        </summary>
        {isOver ? (
          <p>{t().over}</p>
        ) : (
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
        )}
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
      </details>
    </section>
  );
}

/** Return the actions in the usual order, with those that are possible now first. */
function possibleFirst(alert: AlertStateBody): (readonly [Action, Permission])[] {
  return ACTIONS.map((action) => [action, permissionFor(action, alert)] as const).toSorted(
    ([, one], [, other]) => Number(one !== "allowed") - Number(other !== "allowed"),
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

/** Return why an action is not allowed; for the all-clear, that the alert must be closed first. */
function whyNot(
  action: Action,
  permission: Exclude<Permission, "allowed">,
  state: AlertState,
): string {
  const isAhead = action === "all_clear" && (state === "open" || state === "expired");
  return isAhead && permission === "not_in_this_state" ? t().after_closing : t()[permission];
}

interface ObstaclesProps {
  readonly alert: AlertStateBody;
  /** The counts of the officer's division. */
  readonly counts: Counts;
  readonly me: Me;
}

/**
 * Shows the reasons against closing before anybody presses the button.
 *
 * They cover the officer's part of the alert's area, so the place is named. The feed counts them,
 * so that they equal the other numbers on the board.
 */
export function Obstacles({ alert, counts, me }: ObstaclesProps): JSX.Element | null {
  const found = obstaclesIn(counts, alert.not_clear);
  if (!found.length || (alert.state !== "open" && alert.state !== "expired")) return null;
  const why = list(found.map(obstacleWords));
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

/** Return the alert with the feed's values for the fields that the feed reports sooner. */
function statedBy({
  state,
  expires,
  divisions,
}: Pick<AlertStateBody, "state" | "expires" | "divisions">): Partial<AlertStateBody> {
  return { state, expires, divisions };
}
