/** The actions on an alert; each opens below its button. */

import "./actions.css";
import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertStateBody } from "../../api";
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

const t = texts(
  {
    title: "处置",
    send_again: "再发给没有回音的",
    doors: "改为入户",
    widen: "扩大范围",
    roll_call: "点名",
    close: "关闭",
    all_clear: "解除",
    update: "更新",
    cancel: "取消",
    not: (why: string) => `整个预警还不能关闭：${why}`,
    notHere: (place: string, why: string) => `${place}范围内还差：${why}`,
    not_this_role: "你的角色不做这个",
    not_yours: "不是你发出的",
    not_this_place: "超出你的范围",
    not_in_this_state: "现在的状态不能做",
    expired: "预警已到期",
  },
  {
    title: "Actions",
    send_again: "Send again to the silent",
    doors: "Switch to doors",
    widen: "Widen",
    roll_call: "Roll-call",
    close: "Close",
    all_clear: "All-clear",
    update: "Update",
    cancel: "Cancel alert",
    not: (why) => `The whole alert cannot be closed yet: ${why}`,
    notHere: (place, why) => `Not clear yet in ${place}: ${why}`,
    not_this_role: "your role does not do this",
    not_yours: "raised by somebody else",
    not_this_place: "reaches beyond your division",
    not_in_this_state: "not in this state",
    expired: "the alert has expired",
  },
);

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
  readonly opened: Action | null;
  readonly open: (action: Action | null) => void;
}

function Choice({ action, permission, opened, open }: ChoiceProps): JSX.Element {
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
      {permission !== "allowed" && <small>{t()[permission]}</small>}
    </button>
  );
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
  return <p class="obstacles">{isWhole ? t().not(why) : t().notHere(me.division_name, why)}</p>;
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
