/** The area drawn on a map in place of the places, with the hazard points to choose from. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Saved } from "../map/area_map";
import type { Named } from "../map/base_map";
import { DrawArea } from "../map/draw_area";
import { isEmpty } from "../map/drawn";
import { namesAround } from "../map/places";
import type { Raising } from "./raising";
import { t } from "./words";

export function DrawnArea({ raising }: { raising: Raising }): JSX.Element {
  const { drawn } = raising.drafting.draft.value.form;
  const open = useSignal(!isEmpty(drawn) || raising.sketch.corners.value.length > 0);
  return (
    <details
      class="drawn"
      open={open.value}
      onToggle={(event) => (open.value = event.currentTarget.open)}
    >
      <summary>{t().draw}</summary>
      {open.value && <Drawing raising={raising} />}
    </details>
  );
}

function Drawing({ raising }: { raising: Raising }): JSX.Element {
  const { drawn, places } = raising.drafting.draft.value.form;
  const around = places[0]?.code ?? raising.session.me.division;
  const names = useSignal<readonly Named[]>([]);
  useEffect(() => void namesAround(around).then((found) => (names.value = found)), [around]);
  const points = raising.points.value;
  const saved = useMemo<readonly Saved[]>(
    () => points.map((point) => ({ ...point, choose: () => void raising.take(point) })),
    [points],
  );
  return (
    <DrawArea
      ground={raising.session.settings}
      drawn={drawn}
      change={(changed) => raising.drafting.fill({ drawn: changed })}
      sketch={raising.sketch}
      saved={saved}
      around={around}
      names={names.value}
    />
  );
}
