/** The panels beside the households: help, officers, doors, sending, approvals, texts, log. */

import "./panels.css";
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertStateBody } from "../../api";
import type { Feed } from "../../feed";
import type { Session } from "../../session";
import { countsIn } from "../counts";
import { Approvals } from "./approvals";
import { Doors } from "./doors";
import { useDoors } from "./door_queries";
import { Help } from "./help";
import { Log } from "./log";
import { Officers } from "./officers";
import { Sending } from "./sending";
import { WaitingTexts } from "./waiting_texts";

export interface PanelsProps {
  readonly alert: AlertStateBody;
  readonly feed: Feed;
  readonly session: Session;
  /** The selected division; sending and approvals always cover the whole alert. */
  readonly division: ReadonlySignal<string>;
}

export function Panels({ alert, feed, session, division }: PanelsProps): JSX.Element {
  const selected = division.value;
  const doors = useDoors(feed, alert.id, selected);
  const { households } = countsIn(feed.state.value?.tallies ?? {}, selected);
  const common = { alert, feed, session, division: selected };
  return (
    <div class="panels">
      <div>
        <Help
          {...common}
          calls={households["needs_help"] ?? 0}
          tasks={doors.tasks.value.value ?? []}
        />
        <Approvals alert={alert} feed={feed} session={session} />
        <WaitingTexts {...common} />
      </div>
      <div>
        <Officers {...common} />
        <Doors doors={doors} feed={feed} session={session} />
      </div>
      <div>
        <Sending alert={alert} feed={feed} />
        <Log alert={alert} feed={feed} division={selected} />
      </div>
    </div>
  );
}
