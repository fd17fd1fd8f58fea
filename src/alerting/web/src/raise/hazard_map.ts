/** The map on which the hazard is marked; usable without a base map. */

import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import type { Point } from "./form";

const ZOOM = 14;
const FAR = 5;
/** The middle of China, shown until a position is known. */
const COUNTRY: Point = [35, 104];

export interface Named {
  readonly name: string;
  readonly at: Point;
}

export class HazardMap {
  #map: L.Map;
  #names = L.layerGroup();
  #mark: L.CircleMarker | null = null;

  /** `chosen` is called with the point tapped on the map. */
  constructor(place: HTMLElement, tiles: string | null, chosen: (at: Point) => void) {
    this.#map = L.map(place, { attributionControl: false, zoomControl: true });
    this.#map.setView(pair(COUNTRY), FAR);
    if (tiles !== null) L.tileLayer(tiles, { maxZoom: 19 }).addTo(this.#map);
    L.control.scale({ imperial: false }).addTo(this.#map);
    this.#names.addTo(this.#map);
    this.#map.on("click", ({ latlng }) => chosen([latlng.lat, latlng.lng]));
  }

  /** Label places at their positions, and centre on `look` unless a point is marked. */
  name(places: readonly Named[], look: Point | null): void {
    this.#names.clearLayers();
    for (const { name, at } of places)
      L.circleMarker(pair(at), { radius: 5, className: "village-dot" })
        .bindTooltip(name, { permanent: true, direction: "right", className: "village-name" })
        .addTo(this.#names);
    if (look && this.#mark === null) this.#map.setView(pair(look), ZOOM);
  }

  /** Mark the hazard's position; null removes the mark. */
  mark(at: Point | null): void {
    const first = this.#mark === null;
    this.#mark?.remove();
    this.#mark = at && L.circleMarker(pair(at), { radius: 14, className: "hazard-mark" });
    this.#mark?.addTo(this.#map);
    if (at && first && !this.#map.getBounds().contains(pair(at))) this.#map.setView(pair(at), ZOOM);
  }

  middle(): Point {
    const { lat, lng } = this.#map.getCenter();
    return [lat, lng];
  }

  close(): void {
    this.#map.remove();
  }
}

function pair([latitude, longitude]: Point): L.LatLngTuple {
  return [latitude, longitude];
}
