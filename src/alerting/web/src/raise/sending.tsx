/** Shown while a request is unanswered, or when a part of the accepted alert waits for approval. */

import type { JSX } from "preact";
import { confirmAction } from "../confirm_dialog";
import type { RaisedBody } from "../api";
import { language, list, time } from "../language";
import { Failure } from "../shell";
import { eventIn } from "./hazards";
import type { Raising } from "./raising";
import { OpenText, ReadyMadeText } from "./ready_text";
import { t } from "./words";

export function Sending({ raising }: { raising: Raising }): JSX.Element {
  const { attempt, texted } = raising.drafting.draft.value;
  const failed = raising.failure.value !== null;
  async function giveUp(): Promise<void> {
    if (await confirmAction({ title: t().giveUp, text: t().giveUpAsk, action: t().giveUp }))
      raising.giveUp();
  }
  const told = texted ? t().texted : failed ? t().mayBeOut : t().waitingToSend;
  if (raising.busy.value && !failed) return <p role="status">{t().sending}</p>;
  return (
    <>
      <h2>{t().noAnswer}</h2>
      <p role="status">{told}</p>
      <p class="headline">
        <strong>
          {eventIn(attempt?.request.event ?? "", raising.defaults.hazards, language.value)}
        </strong>{" "}
        → {attempt?.request.assembly_point ?? t().eachOwn}
      </p>
      {failed && <Failure error={raising.failure.value} />}
      <ReadyMadeText raising={raising} />
      <div class="act">
        <OpenText raising={raising} />
        <button type="button" onClick={giveUp}>
          {t().giveUp}
        </button>
        <button
          type="button"
          class="danger"
          disabled={raising.busy.value}
          onClick={() => raising.send()}
        >
          {t().again}
        </button>
      </div>
      <p>
        <a href="/">{t().list}</a>
      </p>
    </>
  );
}

export function Raised({ raising, raised }: { raising: Raising; raised: RaisedBody }): JSX.Element {
  const { places } = raising.drafting.draft.value.form;
  const name = (code: string): string => places.find((each) => each.code === code)?.name ?? code;
  const waiting = raised.approvals.filter(({ cause }) => cause === "wider_area");
  return (
    <>
      <h2>{t().isOut({ code: String(raised.number) })}</h2>
      <p>{t().waiting}</p>
      <ul>
        {waiting.map((approval) => (
          <li key={approval.id}>
            {list(approval.divisions.map(name))}
            {approval.passes_at && <p>{t().passes({ when: time(approval.passes_at) })}</p>}
          </li>
        ))}
      </ul>
      <div class="act">
        <a class="button primary" href={`/board/${raised.id}`}>
          {t().board}
        </a>
      </div>
    </>
  );
}
