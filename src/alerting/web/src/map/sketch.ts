/** The polygon that is being drawn. */

import { signal } from "@preact/signals";
import { FEWEST_CORNERS, withPolygon, type Drawn, type Point } from "./drawn";

export class Sketch {
  readonly corners = signal<readonly Point[]>([]);
  /** Whether finishing was refused for too few corners, with no change since. */
  readonly isRefused = signal(false);

  add(at: Point): void {
    this.#change([...this.corners.value, at]);
  }

  takeBack(): void {
    this.#change(this.corners.value.slice(0, -1));
  }

  clear(): void {
    this.#change([]);
  }

  /** Return the area, with the polygon added if one was begun; null if it has too few corners. */
  finish(drawn: Drawn): Drawn | null {
    const corners = this.corners.value;
    if (corners.length === 0) return drawn;
    this.isRefused.value = corners.length < FEWEST_CORNERS;
    if (this.isRefused.value) return null;
    this.clear();
    return withPolygon(drawn, corners);
  }

  #change(corners: readonly Point[]): void {
    this.corners.value = corners;
    this.isRefused.value = false;
  }
}
