/** The import of a file into the roster: the choices, the preview, and the import itself. */

import { signal } from "@preact/signals";
import type { RosterImportBody, RosterPreviewBody } from "../../api";
import { upload } from "../../client";

export const KINDS = ["households", "officers", "divisions"] as const;
type Kind = (typeof KINDS)[number];

interface Choices {
  readonly kind?: Kind;
  readonly division?: string;
  readonly whole?: boolean;
  readonly withoutCodes?: boolean;
}

export class FileImport {
  readonly kind;
  readonly division = signal<string | null>(null);
  /** Whether households that are missing from the file are retired. */
  readonly whole = signal(false);
  readonly withoutCodes = signal(false);
  /** Headings by field, as chosen on the page. */
  readonly columns = signal<Readonly<Record<string, string>>>({});
  readonly preview = signal<RosterPreviewBody | null>(null);
  readonly done = signal<RosterImportBody | null>(null);
  readonly busy = signal(false);
  readonly failure = signal<unknown>(null);
  #file: File | null = null;
  #turn = 0;

  constructor(kind: Kind) {
    this.kind = signal<Kind>(kind);
  }

  choose(file: File | null): void {
    this.#file = file;
    this.columns.value = {};
    this.#forget();
  }

  /** Change a choice, and drop the preview of the former choice. */
  change({ kind, division, whole, withoutCodes }: Choices): void {
    if (kind !== undefined) {
      this.kind.value = kind;
      this.columns.value = {};
      this.whole.value = this.withoutCodes.value = false;
    }
    if (division !== undefined) this.division.value = division;
    if (whole !== undefined) this.whole.value = whole;
    if (withoutCodes !== undefined) this.withoutCodes.value = withoutCodes;
    this.#forget();
  }

  /** Read a heading as a field, and preview again; an empty heading restores the default. */
  map(field: string, heading: string): void {
    const { [field]: _, ...others } = this.columns.value;
    this.columns.value = heading ? { ...others, [field]: heading } : others;
    void this.look();
  }

  /** Request the preview of the file's import. */
  async look(): Promise<void> {
    await this.#send(async (file) => {
      const turn = this.#turn;
      const found = await upload("/api/roster/preview", { query: this.#query(), file });
      if (turn === this.#turn) this.preview.value = found;
    });
  }

  /** Import the file as it was previewed. */
  async store(): Promise<void> {
    const token = this.preview.value?.changes?.token;
    if (token === undefined) return;
    await this.#send(async (file) => {
      const query = { ...this.#query(), token };
      this.done.value = await upload("/api/roster/imports", { query, file });
      this.preview.value = null;
    });
  }

  async #send(work: (file: File) => Promise<void>): Promise<void> {
    if (this.#file === null || this.busy.value) return;
    this.busy.value = true;
    this.failure.value = this.done.value = null;
    try {
      await work(this.#file);
    } catch (error) {
      this.failure.value = error;
    }
    this.busy.value = false;
  }

  #forget(): void {
    this.#turn += 1;
    this.preview.value = this.done.value = this.failure.value = null;
  }

  #query() {
    return {
      kind: this.kind.value,
      whole: this.whole.value,
      without_codes: this.withoutCodes.value,
      column: Object.entries(this.columns.value).map(([field, heading]) => `${field}=${heading}`),
      ...(this.division.value !== null && { division: this.division.value }),
    };
  }
}
