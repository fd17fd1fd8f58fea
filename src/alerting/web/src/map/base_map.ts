/** The base of every map: tiles, labels and outlines if there are any, and names of places. */

import * as L from "leaflet";
import "leaflet/dist/leaflet.css";
import type { SettingsBody } from "../api";
import type { Point } from "./drawn";
import { apart } from "./labels";
import "./map.css";
import { Outlines } from "./outlines";
import { townOf } from "./places";

export type Ground = Pick<
  SettingsBody,
  "tiles_url" | "label_tiles_url" | "tiles_attribution" | "has_outlines"
>;

export interface Named {
  readonly name: string;
  readonly at: Point;
}

const ZOOM = 14;
const FAR = 5;
const CLOSEST = 19;
/** The middle of China, shown until a position is known. */
const COUNTRY: Point = [35, 104];

/** Return a map inside an element, with the service's tiles. */
export function openMap(place: HTMLElement, ground: Ground): L.Map {
  const map = L.map(place, { attributionControl: false, zoomControl: true, maxZoom: CLOSEST });
  for (const url of [ground.tiles_url, ground.label_tiles_url])
    if (url !== null) L.tileLayer(url, { maxZoom: CLOSEST }).addTo(map);
  if (ground.tiles_attribution !== null) {
    const said = document.createElement("span");
    said.textContent = ground.tiles_attribution;
    L.control.attribution({ prefix: false }).addAttribution(said.innerHTML).addTo(map);
  }
  L.control.scale({ imperial: false }).addTo(map);
  return map;
}

export class BaseMap {
  protected readonly map: L.Map;
  readonly #outlines: Outlines;
  #names = L.layerGroup();
  #shown: L.CircleMarker[] = [];

  /** `pressed` is called with the point tapped on the map. */
  constructor(place: HTMLElement, ground: Ground, pressed: (at: Point) => void) {
    this.map = openMap(place, ground);
    this.map.setView(pair(COUNTRY), FAR);
    this.#outlines = new Outlines(this.map, ground);
    this.#names.addTo(this.map);
    this.map.on("click", ({ latlng }) => pressed([latlng.lat, latlng.lng]));
    this.map.on("zoomend resize", () => this.#keepApart());
  }

  /** Label places at their positions. */
  name(places: readonly Named[]): void {
    this.#names.clearLayers();
    this.#shown = places.map(({ name, at }) =>
      L.circleMarker(pair(at), { radius: 5, className: "village-dot", interactive: false })
        .bindTooltip(name, { permanent: true, direction: "right", className: "village-name" })
        .addTo(this.#names),
    );
    this.#keepApart();
  }

  /** Outline the town of a division with its villages, or a wider division with its parts. */
  outline(code: string): void {
    void this.#outlines.show(townOf(code));
  }

  look(at: Point): void {
    this.map.setView(pair(at), ZOOM);
  }

  middle(): Point {
    const { lat, lng } = this.map.getCenter();
    return [lat, lng];
  }

  close(): void {
    this.map.remove();
  }

  #keepApart(): void {
    const labels = this.#shown.flatMap((each) => each.getTooltip()?.getElement() ?? []);
    const isShown = apart(labels.map((label) => label.getBoundingClientRect()));
    labels.forEach((label, at) => (label.style.visibility = isShown[at] ? "" : "hidden"));
  }
}

export function pair([latitude, longitude]: Point): L.LatLngTuple {
  return [latitude, longitude];
}
