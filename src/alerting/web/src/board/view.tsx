/** Layout of a board's parts on the screen. */

import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { texts } from "../language";
import type { Session } from "../session";
import { Actions } from "./actions/actions";
import type { Action } from "./actions/permissions";
import { useAlertClock, useHeardUntil } from "./alert_clock";
import { countsIn } from "./counts";
import { Curve } from "./curve";
import { dangerOf, unspokenAmong, unspokenBy } from "./danger";
import { Facts } from "./facts";
import { Collapsible } from "./collapsible";
import { Headline } from "./headline";
import { HelpWatch, SoundSwitch } from "./help_watch";
import { Households } from "./households";
import { HazardMap } from "./map";
import { NextSteps } from "./next/next_step";
import { unfold } from "./next/reveal";
import { Pace } from "./pace";
import { Panels } from "./panels/panels";
import { ReportLinks } from "./report_links";
import { Standings } from "./standings";
import { HomeTiles, VillageTiles } from "./tiles";
import { Tree } from "./tree";
import { pathTo, treeOf, villagesIn } from "./tree_nodes";
import type { BoardStore } from "./board_store";
import { Breadcrumb } from "./breadcrumb";

const t = texts("board.view");

export function View({ session, ...store }: { session: Session } & BoardStore): JSX.Element {
  const { alert, places, points, feed, division, roll } = store;
  const opened = useSignal<string | null>(null);
  const showsMap = useSignal(false);
  const acting = useSignal<Action | null>(null);
  const at = useAlertClock(session, feed);
  const heard = useHeardUntil(at, roll.stale);
  const { target } = session.settings;
  const top = useComputed(() => treeOf(places.value)).value;
  const state = feed.state.value;
  if (!state || !top) return <p>{t().waiting}</p>;
  const { tallies } = state;
  const place = division.value;
  const path = pathTo(top, place);
  const here = path.at(-1) ?? top;
  const counts = countsIn(tallies, place);
  const unspoken = roll.isWhole.value
    ? unspokenAmong(roll.homes.value)
    : unspokenBy(alert.value.not_clear, counts);
  const danger = dangerOf(counts, unspoken, state.alert.state);
  const nameOf = (code: string): string => pathTo(top, code).at(-1)?.name ?? code;

  function open(code: string): void {
    opened.value = code;
    unfold("households");
  }
  const isVillage = roll.isWhole.value && villagesIn(here).length === 1;
  const homes = { homes: roll.homes, onHome: open };
  const acts = { alert: alert.value, feed, session, division, opened: acting };
  return (
    <div class="board" data-seq={state.seq}>
      <HelpWatch tallies={tallies} nameOf={nameOf} division={division} />
      <NextSteps {...acts} />
      <div class="over">
        <Breadcrumb path={path} division={division} />
        <Facts alert={alert.value} />
        <SoundSwitch />
      </div>
      <div class="top">
        <Headline counts={counts} danger={danger} state={state.alert.state} />
        <Pace
          at={at}
          heard={heard}
          alert={alert.value.id}
          feed={feed}
          division={place}
          isOwn={place === session.me.division}
          counts={counts}
          sent={state.alert.sent}
          target={target}
          points={points}
          state={state.alert.state}
        />
        <Standings counts={counts} />
        <Curve points={points} sent={state.alert.sent} at={heard} target={target} />
      </div>
      <Actions {...acts} />
      <div class="middle">
        <Collapsible name={t().tree} class="tree-part">
          <Tree top={top} tallies={tallies} division={division} {...homes} />
        </Collapsible>
        <Collapsible name={t().places} class="places-part">
          <div class="choose" role="group">
            {[false, true].map((map) => (
              <button
                key={String(map)}
                type="button"
                aria-pressed={showsMap.value === map}
                onClick={() => (showsMap.value = map)}
              >
                {map ? t().map : t().tiles}
              </button>
            ))}
          </div>
          {showsMap.value ? (
            <HazardMap
              alert={alert.value}
              top={here}
              ground={session.settings}
              tallies={tallies}
              division={division}
              {...homes}
            />
          ) : isVillage ? (
            <HomeTiles homes={roll.homes.value} onHome={open} />
          ) : (
            <VillageTiles top={here} tallies={tallies} division={division} />
          )}
        </Collapsible>
        <Collapsible id="households" name={t().households} class="homes-part">
          <Households
            key={place}
            alert={alert.value.id}
            feed={feed}
            session={session}
            homes={roll.homes}
            isWhole={roll.isWhole.value}
            isKnown={roll.isKnown.value}
            wanted={roll.wanted}
            opened={opened}
          />
        </Collapsible>
      </div>
      <ReportLinks alert={alert.value.id} division={place} />
      <Panels alert={alert.value} feed={feed} session={session} division={division} />
    </div>
  );
}
