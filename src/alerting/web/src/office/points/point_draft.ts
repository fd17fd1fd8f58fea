/** A hazard point that is being edited. */

import { signal } from "@preact/signals";
import type { OfficeHazardPointBody } from "../../api";
import { put } from "../../client";
import { NOTHING, type Drawn } from "../../map/drawn";
import { Sketch } from "../../map/sketch";
import { sendUnlessDoubted } from "../doubts";

interface Fields {
  readonly code: string;
  readonly name: string;
  readonly division: string;
  readonly hazard: string;
  readonly watcher: string;
  readonly assembly_point: string;
  readonly route: string;
  readonly households: readonly string[];
  readonly drawn: Drawn;
}

export class PointDraft {
  readonly fields;
  readonly sketch = new Sketch();
  /** The number of the stored point; null for a new one. */
  readonly code: string | null;
  readonly #version: number;

  constructor(point: OfficeHazardPointBody | null, division: string) {
    this.code = point?.code ?? null;
    this.#version = point?.version ?? 0;
    this.fields = signal<Fields>({
      code: point?.code ?? "",
      name: point?.name ?? "",
      division: point?.division ?? division,
      hazard: point?.hazard ?? "",
      watcher: point?.watcher ?? "",
      assembly_point: point?.assembly_point ?? "",
      route: point?.route ?? "",
      households: point?.households ?? [],
      drawn: point ? { geometry: point.geometry, circles: point.circles } : NOTHING,
    });
  }

  change(fields: Partial<Fields>): void {
    this.fields.value = { ...this.fields.value, ...fields };
  }

  /** Finish the polygon that is being drawn; return false if its corners are too few. */
  finishPolygon(): boolean {
    const drawn = this.sketch.finish(this.fields.value.drawn);
    if (drawn !== null) this.change({ drawn });
    return drawn !== null;
  }

  /** Store the point. Throws Refusal or Unreachable. */
  async save(): Promise<void> {
    const { code, drawn, watcher, assembly_point, route, households, ...said } = this.fields.value;
    const body = {
      ...said,
      ...drawn,
      watcher: watcher || null,
      assembly_point: assembly_point.trim() || null,
      route: route.trim() || null,
      households: [...households],
      version: this.#version,
    };
    const path = { code: code.trim() };
    await sendUnlessDoubted((confirmed) =>
      put("/api/office/hazard-points/{code}", { path, body: { ...body, confirmed } }),
    );
  }
}
