/** Outlines of divisions: thin lines under everything that is drawn or named on a map. */

import * as L from "leaflet";
import { get } from "../client";
import type { Ground } from "./base_map";

/** Above the tiles (200), below drawn areas (400). */
const HEIGHT = "350";

export class Outlines {
  readonly #lines = L.layerGroup();
  readonly #isKnown: boolean;
  #shown = "";

  constructor(map: L.Map, { has_outlines }: Ground) {
    this.#isKnown = has_outlines;
    map.createPane("outlines").style.zIndex = HEIGHT;
    map.on("unload", () => (this.#shown = ""));
    this.#lines.addTo(map);
  }

  /** Show the outlines of a division and of those one tier below; none if they are unknown. */
  async show(code: string): Promise<void> {
    if (!this.#isKnown || this.#shown === code) return;
    this.#shown = code;
    const { outlines } = await get("/api/divisions/{code}/outlines", { path: { code } }).catch(
      () => ({ outlines: [] }),
    );
    // While this loaded, another place was chosen or the map was closed.
    if (this.#shown !== code) return;
    this.#lines.clearLayers();
    for (const each of outlines)
      L.polyline(
        each.polygons.flat().map((ring) => ring.map(([lng, lat]): L.LatLngTuple => [lat, lng])),
        {
          pane: "outlines",
          className: each.code === code ? "outline own" : "outline",
          interactive: false,
        },
      ).addTo(this.#lines);
  }
}
