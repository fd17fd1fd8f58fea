/** The map: hazard, area and households by standing; usable without a base map. */

import type { ReadonlySignal, Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AlertStateBody, FeedTallyBody } from "../api";
import { get } from "../client";
import { language } from "../language";
import type { Ground } from "../map/base_map";
import { Failure } from "../shell";
import type { Home } from "./homes";
import type { MapView } from "./map_view";
import { t } from "./map_words";
import type { Node } from "./tree_nodes";

interface MapProps {
  readonly alert: AlertStateBody;
  readonly top: Node;
  readonly ground: Ground;
  readonly tallies: Readonly<Record<string, FeedTallyBody>>;
  readonly division: Signal<string>;
  readonly homes: ReadonlySignal<readonly Home[]>;
  readonly onHome: (code: string) => void;
}

export function HazardMap(props: MapProps): JSX.Element {
  const { alert, ground, division, homes, tallies, top, onHome } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<MapView | null>(null);
  const failure = useSignal<unknown>(null);
  const isEmpty = useSignal(false);
  const isReady = useSignal(false);
  useEffect(() => {
    let isGone = false;
    async function begin(): Promise<void> {
      const [{ MapView }, found] = await Promise.all([
        import("./map_view"),
        get("/api/alerts/{alert_id}/homes", {
          path: { alert_id: alert.id },
          query: { division: division.value },
        }),
      ]);
      if (isGone || !place.current) return;
      view.current = new MapView(place.current, alert, found.homes, ground, division.value);
      isEmpty.value = view.current.isEmpty;
      isReady.value = true;
    }
    begin().catch((error: unknown) => (failure.value = error));
    return () => {
      isGone = true;
      view.current?.close();
      view.current = null;
      isReady.value = false;
    };
  }, [alert.id, ground.tiles_url, division.value, language.value]);
  const shown = homes.value;
  useEffect(() => {
    if (isReady.value)
      view.current?.show(shown, tallies, top, {
        home: onHome,
        part: (code) => (division.value = code),
      });
  }, [shown, tallies, isReady.value]);
  return (
    <div class="map">
      {!isReady.value && !failure.value && <p>{t().loading}</p>}
      <Failure error={failure.value} />
      <div ref={place} class="ground" role="region" aria-label={t().map} />
      {isEmpty.value && <p>{t().nothing}</p>}
      <p class="why">
        {t().assembly({ place: alert.assembly_point_here ?? t().eachOwn })}
        {ground.tiles_url === null && !ground.has_outlines && ` · ${t().ground}`}
      </p>
    </div>
  );
}
