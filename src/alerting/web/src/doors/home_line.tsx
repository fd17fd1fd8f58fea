/** A household found at the assembly point, with the number of its people who have arrived. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AlertBody } from "../api";
import { texts } from "../language";
import { StandingBadge } from "../standing";
import { HowMany } from "./how_many";
import type { Home } from "./server_cache";
import type { DoorsStore } from "./doors_store";
import { words } from "./words";

const t = texts("doors.home_line");

interface Found {
  readonly alert: AlertBody;
  readonly store: DoorsStore;
  readonly onDone: () => void;
}

export function HomeLine({ home, ...found }: Found & { readonly home: Home }): JSX.Element {
  const { code, head, address, headcount, persons, standing } = home;
  return (
    <li class="home" aria-label={`${head} ${address}`}>
      <p>
        <strong>{head}</strong> {words().people({ count: headcount })}{" "}
        <StandingBadge of={standing} />
        <br />
        {address} · …{code.slice(-4)}
        {persons.length > 0 && <> · {persons.join(", ")}</>}
      </p>
      <Arrived
        {...found}
        code={code}
        about={head}
        all={t().all({ people: words().people({ count: headcount }) })}
        most={headcount - 1}
      />
    </li>
  );
}

/** A household of another village, which the service knows and this phone does not. */
export function UnknownHome({ code, ...found }: Found & { readonly code: string }): JSX.Element {
  const most = 99;
  return (
    <li class="home">
      <p>
        {t().unknown} {code}
      </p>
      <Arrived {...found} code={code} about={code} all={t().whole} most={most} />
    </li>
  );
}

interface ArrivedProps extends Found {
  readonly code: string;
  readonly about: string;
  readonly all: string;
  /** Largest number that is not the whole household. */
  readonly most: number;
}

function Arrived({ alert, store, onDone, code, about, all, most }: ArrivedProps): JSX.Element {
  const counting = useSignal(false);
  function arrived(people: number | null): void {
    const deed = { kind: "check_in", household: code, people } as const;
    void store.did({ alert: alert.id, deed, about, door: null }).then(onDone);
  }
  return (
    <>
      <div class="choices">
        <button type="button" class="is-evacuated" onClick={() => arrived(null)}>
          {all}
        </button>
        {most > 0 && (
          <button
            type="button"
            class="is-partly"
            aria-expanded={counting.value}
            onClick={() => (counting.value = !counting.value)}
          >
            {t().some}
          </button>
        )}
      </div>
      {counting.value && <HowMany label={t().howMany} most={most} onChosen={arrived} />}
    </>
  );
}
