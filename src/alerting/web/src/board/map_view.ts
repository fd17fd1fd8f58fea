/** The Leaflet map; loaded only when somebody opens it, then kept. */

import * as L from "leaflet";
import type { AlertStateBody, FeedTallyBody } from "../api";
import { number } from "../language";
import { openMap, type Ground } from "../map/base_map";
import { Outlines } from "../map/outlines";
import { nameOf } from "../standing";
import { countsIn, unaccounted } from "./counts";
import { levelOf } from "./danger";
import { isOpen, type Home } from "./homes";
import { middleOf, type Place } from "./map_places";
import { t } from "./map_words";
import { villagesIn, type Node } from "./tree_nodes";

export interface Pressed {
  readonly home: (code: string) => void;
  readonly part: (code: string) => void;
}

interface Pin {
  readonly look: string;
  readonly text: string;
  readonly title: string;
  /** A marker with a higher urgency is drawn on top. */
  readonly urgency: number;
  readonly press: () => void;
}

/** Distances of the rings around the hazard, in metres. */
const RINGS = [250, 500, 1000];
/** Shapes beside colours: see `../standing`. */
const SHAPES: Record<string, string> = {
  needs_help: "▲",
  staying: "■",
  unaccounted: "?",
  partly: "◐",
  elsewhere: "◆",
  evacuated: "✓",
};
const LEVELS: Record<string, string> = { call: "▲", most: "●", some: "◕", few: "◔", none: "✓" };
const CLOSEST = 17;

/** One map inside an element. */
export class MapView {
  readonly #map: L.Map;
  readonly #places: Readonly<Record<string, Place>>;
  readonly #markers = new Map<string, { marker: L.Marker; drawn: string }>();
  readonly #bounds: L.LatLngBounds;

  constructor(
    place: HTMLElement,
    alert: AlertStateBody,
    homes: Readonly<Record<string, readonly [number, number]>>,
    ground: Ground,
    division: string,
  ) {
    this.#places = homes;
    this.#map = openMap(place, ground);
    const all = Object.values(homes);
    if (alert.hazard_location) all.push(alert.hazard_location);
    this.#bounds = L.latLngBounds(all.map(([lat, lng]) => [lat, lng]));
    for (const each of boundsOf(alert)) this.#bounds.extend(each);
    if (this.isEmpty) return;
    this.#map.fitBounds(this.#bounds.pad(0.08), { maxZoom: CLOSEST });
    void new Outlines(this.#map, ground).show(division);
    this.#drawHazard(alert);
  }

  /** Whether nothing has a position. */
  get isEmpty(): boolean {
    return !this.#bounds.isValid();
  }

  close(): void {
    this.#map.remove();
  }

  /** Show the parts of a place with the number missing in each, or a village's households. */
  show(
    homes: readonly Home[],
    tallies: Readonly<Record<string, FeedTallyBody>>,
    top: Node,
    pressed: Pressed,
  ): void {
    if (this.isEmpty) return;
    const wanted = new Set<string>();
    if (top.parts.length && villagesIn(top).length > 1)
      for (const part of top.parts) this.#showPart(part, tallies, pressed, wanted);
    else for (const home of homes) this.#showHome(home, pressed, wanted);
    for (const [code, { marker }] of this.#markers)
      if (!wanted.has(code)) {
        marker.remove();
        this.#markers.delete(code);
      }
  }

  #showHome(home: Home, pressed: Pressed, wanted: Set<string>): void {
    const { code, standing, known, headcount } = home;
    const place = this.#places[code];
    if (!place) return;
    wanted.add(code);
    const name = `${known?.head ?? code.slice(-4)} · ${number(headcount)} · ${nameOf(standing)}`;
    this.#put(code, place, {
      look: `face is-${standing}`,
      text: SHAPES[standing] ?? "",
      title: name,
      urgency: isOpen(home) ? 1000 + (standing === "needs_help" ? 1000 : 0) : 0,
      press: () => pressed.home(code),
    });
  }

  #showPart(
    { division, name }: Node,
    tallies: Readonly<Record<string, FeedTallyBody>>,
    pressed: Pressed,
    wanted: Set<string>,
  ): void {
    const place = middleOf(this.#places, division);
    if (!place) return;
    wanted.add(division);
    const counts = countsIn(tallies, division);
    const level = levelOf(counts);
    this.#put(division, place, {
      look: `face wide level-${level}`,
      text: `${name} ${LEVELS[level]} ${number(unaccounted(counts))}`,
      title: t().part({ name }),
      urgency: unaccounted(counts),
      press: () => pressed.part(division),
    });
  }

  /** Place a marker; redraw it only if its look changed. */
  #put(code: string, [lat, lng]: Place, pin: Pin): void {
    const { look, text, title, urgency, press } = pin;
    const drawn = `${look}|${text}|${title}`;
    const before = this.#markers.get(code);
    if (before?.drawn === drawn) return;
    before?.marker.remove();
    const icon = iconOf(look, text);
    const marker = L.marker([lat, lng], { icon, title, alt: title, zIndexOffset: urgency });
    marker.on("click keypress", press).addTo(this.#map);
    this.#markers.set(code, { marker, drawn });
  }

  #drawHazard(alert: AlertStateBody): void {
    for (const each of drawn(alert)) each.addTo(this.#map);
    const { hazard_location } = alert;
    if (!hazard_location) return;
    const [lat, lng] = hazard_location;
    for (const radius of RINGS)
      L.circle([lat, lng], { radius, className: "hazard-line", weight: 1, fill: false }).addTo(
        this.#map,
      );
    const title = t().hazard;
    const icon = iconOf("face hazard", "⚠");
    L.marker([lat, lng], { icon, title, alt: title, zIndexOffset: 5000 }).addTo(this.#map);
  }
}

/** Return the layers of the drawn area: a hole is left open. */
function drawn({ geometry, circles }: AlertStateBody): L.Layer[] {
  const shape = { className: "hazard-line", weight: 3, dashArray: "8 6", fillOpacity: 0.08 };
  const round = circles.map(({ centre: [lng, lat], radius_km }) =>
    L.circle([lat, lng], { ...shape, radius: 1000 * radius_km }),
  );
  return geometry ? [L.geoJSON(asGeoJson(geometry), { style: shape }), ...round] : round;
}

/** Return the bounds of each part of the drawn area. */
function boundsOf({ geometry, circles }: AlertStateBody): L.LatLngBounds[] {
  const round = circles.map(({ centre: [lng, lat], radius_km }) =>
    L.latLng(lat, lng).toBounds(2000 * radius_km),
  );
  return geometry ? [L.geoJSON(asGeoJson(geometry)).getBounds(), ...round] : round;
}

/** Return the geometry with the type that Leaflet needs, which has no readonly lists. */
function asGeoJson(geometry: NonNullable<AlertStateBody["geometry"]>): GeoJSON.GeoJsonObject {
  return geometry as unknown as GeoJSON.GeoJsonObject;
}

/** Return an icon centred on its position; its content has no fixed size. */
function iconOf(look: string, text: string): L.DivIcon {
  const face = document.createElement("span");
  face.className = look;
  face.textContent = text;
  return L.divIcon({ className: "pin", html: face, iconSize: [0, 0] });
}
