/** The map on which the hazard is marked; usable without a base map. */

import * as L from "leaflet";
import { BaseMap, pair } from "../map/base_map";
import type { Point } from "../map/drawn";

export class HazardMap extends BaseMap {
  #mark: L.CircleMarker | null = null;

  /** Centre on a point unless one is marked. */
  lookUnlessMarked(at: Point): void {
    if (this.#mark === null) this.look(at);
  }

  /** Mark the hazard's position; null removes the mark. */
  mark(at: Point | null): void {
    const first = this.#mark === null;
    this.#mark?.remove();
    this.#mark = at && L.circleMarker(pair(at), { radius: 14, className: "hazard-mark" });
    this.#mark?.addTo(this.map);
    if (at && first && !this.map.getBounds().contains(pair(at))) this.look(at);
  }
}
