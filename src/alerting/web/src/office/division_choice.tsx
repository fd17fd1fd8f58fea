/** The choice of a division within the administrator's own: one list per tier. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { LocalityBody } from "../api";
import { get } from "../client";
import { Failure } from "../shell";
import { t } from "./words";

/** Return the search words in the address; empty if there are none. */
export function askedFor(): string {
  return new URLSearchParams(location.search).get("search") ?? "";
}

interface Props {
  readonly label: string;
  /** The code of the widest division to choose. */
  readonly top: string;
  /** Called when the user chooses; until then the widest division applies. */
  readonly choose: (code: string) => void;
}

export function DivisionChoice({ label, top, choose }: Props): JSX.Element {
  const path = useSignal<readonly LocalityBody[]>([]);
  const failure = useSignal<unknown>(null);
  async function go(code: string, depth: number): Promise<void> {
    try {
      const found = await get("/api/divisions/{code}", { path: { code } });
      path.value = [...path.value.slice(0, depth), found];
      if (depth > 0) choose(code);
      failure.value = null;
    } catch (error) {
      failure.value = error;
    }
  }
  useEffect(() => void go(top, 0), [top]);
  function chosen(depth: number): string {
    return path.value[depth + 1]?.code ?? "";
  }
  function pick(code: string, depth: number): void {
    if (code) void go(code, depth + 1);
    else {
      path.value = path.value.slice(0, depth + 1);
      choose(path.value[depth]?.code ?? top);
    }
  }
  return (
    <fieldset class="division-choice">
      <legend>{label}</legend>
      {path.value
        .filter(({ parts }) => parts.length > 0)
        .map(({ code, name, parts }, depth) => (
          <select
            key={code}
            aria-label={t().within({ name })}
            value={chosen(depth)}
            onChange={(event) => pick(event.currentTarget.value, depth)}
          >
            <option value="">{t().whole({ name })}</option>
            {parts.map((part) => (
              <option key={part.code} value={part.code}>
                {part.name}
              </option>
            ))}
          </select>
        ))}
      {path.value[0]?.parts.length === 0 && <p>{path.value[0].name}</p>}
      <Failure error={failure.value} />
    </fieldset>
  );
}
