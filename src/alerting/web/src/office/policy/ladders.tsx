/** The steps that follow silence, on one time line for each kind of recipient. */

import type { JSX } from "preact";
import type { LadderStepBody, LaddersBody } from "../../api";
import { exactDuration, texts } from "../../language";

const t = texts("office.policy");
const acts = texts("office.acts");
const KINDS = ["household", "vulnerable", "officer"] as const;

export function Ladders({ ladders }: { ladders: LaddersBody }): JSX.Element {
  const longest = Math.max(1, ...KINDS.flatMap((kind) => ladders[kind].map(({ after }) => after)));
  return (
    <>
      {KINDS.map((kind) => (
        <div key={kind}>
          <h3>{t()[kind]}</h3>
          <ol class="ladder">
            {ladders[kind].map((step, at) => (
              <li key={at}>
                <span class="bar" style={{ width: `${(step.after / longest) * 100}%` }} />
                <span>
                  {exactDuration(step.after)} {act(step)}
                </span>
              </li>
            ))}
          </ol>
        </div>
      ))}
    </>
  );
}

function act({ do: done, try_number: number }: LadderStepBody): string {
  const words: Readonly<Record<string, string>> = acts();
  const word = words[done.replace(" ", "_")] ?? done;
  return done === "voice" ? `${word} (${t().call({ number })})` : word;
}
