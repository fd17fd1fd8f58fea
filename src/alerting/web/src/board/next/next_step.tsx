/** 'Now do this': the most urgent step in one sentence with its button; the other steps folded. */

import "./next_step.css";
import { useComputed, type ReadonlySignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertStateBody, NextStepBody, NextStepsBody } from "../../api";
import { get } from "../../client";
import type { Feed } from "../../feed";
import { duration, texts } from "../../language";
import type { Session } from "../../session";
import { permissionFor, type Action } from "../actions/permissions";
import { countsIn } from "../counts";
import {
  OF_ALERT,
  OF_APPROVALS,
  OF_HELP,
  OF_OFFICERS,
  OF_SENDING,
  OF_TASKS,
  type EventKind,
} from "../event_kinds";
import { placeName, villageOf } from "../panels/places";
import { secondsSince, useTicking } from "../alert_clock";
import { useQuery } from "../panels/use_query";
import { Wake } from "../panels/wake";
import { reveal } from "./reveal";
import { Split } from "./split";
import { reconciled } from "./steps";

const t = texts("board.next");

const MASK = "*";
const FIELD_ROLES: ReadonlySet<string> = new Set(["informant", "grid_officer"]);
const CHANGES: readonly EventKind[] = [
  ...OF_ALERT,
  ...OF_HELP,
  ...OF_TASKS,
  ...OF_OFFICERS,
  ...OF_APPROVALS,
  ...OF_SENDING,
  "village.dark",
  "visitors.added",
];
/** The part of the board where each step is done. */
const WHERE: Partial<Record<NextStepBody["reason"], string>> = {
  help_unattended: "panel-help",
  doors_on_one: "panel-doors",
  officers_not_woken: "panel-officers",
  village_dark: "households",
  approval_waits: "panel-approvals",
  provider_down: "panel-sending",
  few_left: "households",
  answers_awaited: "households",
  to_verify: "households",
};
/** Reasons for which officers in the field go and knock. */
const MISSING: ReadonlySet<NextStepBody["reason"]> = new Set(["answers_awaited", "many_left"]);
const SENDS: ReadonlySet<string> = new Set(["duty_officer", "town_commander"]);
/** The action that does each of the other steps. */
const BY: Partial<Record<NextStepBody["reason"], Action>> = {
  many_left: "send_again",
  ready_to_close: "close",
  closed: "all_clear",
};

export interface NextProps {
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  readonly division: Signal<string>;
  /** The action whose form is open. */
  readonly opened: Signal<Action | null>;
}

export function NextSteps(props: NextProps): JSX.Element | null {
  const { alert, feed, session } = props;
  const query = useQuery<NextStepsBody>(
    feed,
    () => get("/api/alerts/{alert_id}/next-steps", { path: { alert_id: alert.id } }),
    { kinds: CHANGES, state: ({ total }) => total },
    String(alert.id),
  );
  const found = query.value.value;
  const shown = useComputed(() => {
    const state = feed.state.value;
    const steps = query.value.value?.steps ?? [];
    return state ? reconciled(steps, state, session.me.division) : [];
  }).value;
  const [first, ...rest] = shown;
  if (!found || !first) return null;
  const again = (): void => void query.refresh();
  return (
    <section class="next" aria-labelledby="next" data-seq={found.seq}>
      <h2 id="next">{t().title}</h2>
      <Step {...props} of={first} again={again} isFirst />
      <div class="next-rest">
        {rest.length > 0 && (
          <details>
            <summary>{t().more({ count: rest.length })}</summary>
            <ul>
              {rest.map((step) => (
                <li key={step.reason}>
                  <Step {...props} of={step} again={again} />
                </li>
              ))}
            </ul>
          </details>
        )}
        <small>{t().asOf({ seq: String(found.seq) })}</small>
      </div>
    </section>
  );
}

interface StepProps extends NextProps {
  readonly of: NextStepBody;
  readonly isFirst?: boolean;
  /** Request the next steps again. */
  readonly again: () => void;
}

function Step({ of, isFirst, ...props }: StepProps): JSX.Element {
  const now = useTicking(props.session, props.feed);
  return (
    <div class={`next-step because-${of.reason}`}>
      <p role={isFirst ? "status" : undefined}>{sentence(of, props, now)}</p>
      <div class="next-acts">
        {of.reason === "doors_on_one" && of.officer && SENDS.has(props.session.me.role) && (
          <Split alert={props.alert.id} officer={of.officer} />
        )}
        <Call of={of} />
        {of.reason === "officers_not_woken" && of.officer && (
          <Wake
            alert={props.alert.id}
            officer={of.officer}
            session={props.session}
            done={props.again}
          />
        )}
        <Button of={of} {...props} />
      </div>
    </div>
  );
}

/** A link that telephones the officer whom the step is about. */
function Call({ of }: { of: NextStepBody }): JSX.Element | null {
  const { officer } = of;
  if (!officer?.phone || officer.phone.includes(MASK)) return null;
  return (
    <a class="button primary" href={`tel:${officer.phone}`}>
      <span aria-hidden="true">☎</span> {t().call({ name: officer.name })}
    </a>
  );
}

function Button({ of, alert, feed, session, division, opened }: StepProps): JSX.Element | null {
  const { reason, place } = of;
  const isField = FIELD_ROLES.has(session.me.role);
  const count = of.number;
  if (reason === "own_doors" || (MISSING.has(reason) && isField))
    return (
      <a class="button primary" href="/doors">
        {t().knock}
      </a>
    );
  const action = BY[reason];
  if (action) {
    if (permissionFor(action, alert) !== "allowed") return null;
    const households = countsIn(feed.state.value?.tallies ?? {}, session.me.division).households;
    const press = (): void => {
      division.value = session.me.division;
      opened.value = action;
      reveal("actions-part");
    };
    return (
      <button type="button" class="primary" onClick={press}>
        {action === "send_again"
          ? t().remind({ count: households["unaccounted"] ?? 0 })
          : action === "close"
            ? t().close
            : t().allClear}
      </button>
    );
  }
  const show = (): void => {
    division.value = reason === "village_dark" && place ? place : session.me.division;
    reveal(WHERE[reason] ?? "");
  };
  return (
    <button type="button" class={of.officer?.phone ? "" : "primary"} onClick={show}>
      {t().show({ count })}
    </button>
  );
}

/** Return the sentence that says what to do, with its number. */
function sentence(of: NextStepBody, { session }: NextProps, now: ReadonlySignal<Date>): string {
  const { reason, number: count, officer, place, until, provider } = of;
  const name = officer?.name ?? "";
  const isField = FIELD_ROLES.has(session.me.role);
  switch (reason) {
    case "help_unattended":
      return t().help_unattended({ count, place: place ? placeName(villageOf(place)) : "" });
    case "doors_on_one":
      return officer ? t().doors_on_one({ count, name }) : t().doors_on_nobody({ count });
    case "officers_not_woken":
      return t().officers_not_woken({ count, name, place: placeName(officer?.division ?? "") });
    case "village_dark":
      return t().village_dark({ count, place: placeName(place ?? "") });
    case "approval_waits":
      return until === null
        ? t().approval_last({ count })
        : t().approval_waits({ count, left: duration(-secondsSince(until, now.value)) });
    case "provider_down":
      return t().provider_down({ count, name: provider ?? "" });
    case "answers_awaited":
    case "many_left": {
      if (isField) return t().knock_first({ count });
      const left = until === null ? 0 : Math.max(0, -secondsSince(until, now.value));
      return t()[reason]({ count, left: duration(left) });
    }
    default:
      return t()[reason]({ count });
  }
}
