/** The map on which an area is drawn, and which shows saved areas to choose from. */

import * as L from "leaflet";
import { BaseMap, pair } from "./base_map";
import { isEmpty, outermost, polygonsOf, type Drawn, type Point } from "./drawn";

/** A saved area on the map. */
export interface Saved extends Drawn {
  readonly name: string;
  /** Called when the area is tapped; if omitted, the area is only shown. */
  readonly choose?: () => void;
}

export class AreaMap extends BaseMap {
  #area = L.layerGroup();
  #saved = L.layerGroup();
  #isPlaced = false;

  /** Show the area, and the corners of the polygon that is being drawn. */
  show(drawn: Drawn, corners: readonly Point[]): void {
    this.#area.clearLayers().addTo(this.map);
    for (const each of layersOf(drawn, "drawn-area")) each.addTo(this.#area);
    L.polyline(corners.map(pair), { className: "drawn-edge" }).addTo(this.#area);
    for (const at of corners)
      L.circleMarker(pair(at), { radius: 7, className: "drawn-corner", interactive: false }).addTo(
        this.#area,
      );
    if (!this.#isPlaced && !isEmpty(drawn)) this.#fit([drawn]);
  }

  /** Show saved areas with their names. */
  showSaved(areas: readonly Saved[]): void {
    this.#saved.clearLayers().addTo(this.map);
    for (const area of areas) {
      const { name, choose } = area;
      for (const layer of layersOf(area, "saved-area")) {
        layer.bindTooltip(name, { sticky: true, className: "village-name" });
        if (choose) layer.on("click", (event) => (L.DomEvent.stop(event), choose()));
        layer.addTo(this.#saved);
      }
    }
    if (!this.#isPlaced && areas.some((area) => !isEmpty(area))) this.#fit(areas);
  }

  /** Centre on a point unless an area is already shown. */
  lookUnlessPlaced(at: Point): void {
    if (!this.#isPlaced) this.look(at);
  }

  #fit(areas: readonly Drawn[]): void {
    this.#isPlaced = true;
    this.map.fitBounds(L.latLngBounds(areas.flatMap(outermost).map(pair)).pad(0.2));
  }
}

function layersOf(drawn: Drawn, className: string): L.Path[] {
  const polygons = polygonsOf(drawn).map((rings) =>
    L.polygon(
      rings.map((ring) => ring.map(([lng, lat]): L.LatLngTuple => [lat, lng])),
      { className, interactive: className === "saved-area" },
    ),
  );
  const circles = drawn.circles.map(({ centre: [lng, lat], radius_km }) =>
    L.circle([lat, lng], {
      radius: 1_000 * radius_km,
      className,
      interactive: className === "saved-area",
    }),
  );
  return [...polygons, ...circles];
}
