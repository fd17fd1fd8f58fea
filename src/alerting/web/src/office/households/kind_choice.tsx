/** The choice of the kinds of vulnerability in a household. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Vulnerability } from "../../api";
import { texts } from "../../language";

const t = texts("office.households");
const needs = texts("shared.vulnerable");
const KINDS = [
  "elderly",
  "frail",
  "ill",
  "disabled",
  "pregnant",
  "infant",
  "alone",
] as const satisfies readonly Vulnerability[];

type Kinds = Signal<readonly Vulnerability[]>;

export function useKinds(first: readonly Vulnerability[]): Kinds {
  return useSignal(first);
}

export function KindChoice({ kinds }: { readonly kinds: Kinds }): JSX.Element {
  function toggle(kind: Vulnerability): void {
    const others = kinds.value.filter((each) => each !== kind);
    kinds.value = others.length < kinds.value.length ? others : [...others, kind];
  }
  return (
    <fieldset>
      <legend>{t().vulnerable}</legend>
      {KINDS.map((kind) => (
        <label key={kind} class="choice">
          <input
            type="checkbox"
            checked={kinds.value.includes(kind)}
            onChange={() => toggle(kind)}
          />
          {needs()[kind]}
        </label>
      ))}
    </fieldset>
  );
}
