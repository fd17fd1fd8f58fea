/** The form that adds or changes a hazard point, or retires it with a reason. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { OfficeHazardPointBody } from "../../api";
import { post } from "../../client";
import { language, texts } from "../../language";
import type { Saved } from "../../map/area_map";
import type { Named } from "../../map/base_map";
import { DrawArea, Unfinished } from "../../map/draw_area";
import { namesAround } from "../../map/places";
import type { Session } from "../../session";
import { Failure } from "../../shell";
import { useAttempts } from "../attempts";
import { DivisionChoice } from "../division_choice";
import { RetireForm } from "../retire_form";
import { ListedHouseholds } from "./listed_households";
import { PointDraft } from "./point_draft";
import { Watcher } from "./watcher";

const t = texts("office.points");

interface Props {
  readonly session: Session;
  /** Null for a new point. */
  readonly point: OfficeHazardPointBody | null;
  /** Other points nearby, shown on the map. */
  readonly others: readonly OfficeHazardPointBody[];
  /** Called when the form closes; true if the point was changed. */
  readonly close: (isChanged: boolean) => void;
}

export function PointForm({ session, point, others, close }: Props): JSX.Element {
  const draft = useMemo(() => new PointDraft(point, session.me.division), [point]);
  const attempts = useAttempts();
  async function attempt(work: () => Promise<unknown>): Promise<void> {
    if (await attempts.run(work)) close(true);
  }
  return (
    <>
      <form
        class="edit"
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.finishPolygon()) void attempt(() => draft.save());
        }}
      >
        {point === null && <Text draft={draft} field="code" most={40} required />}
        <Text draft={draft} field="name" most={40} required />
        <Hazard session={session} draft={draft} />
        {point === null ? (
          <DivisionChoice
            label={t().where}
            top={session.me.division}
            choose={(division) => draft.change({ division, watcher: "" })}
          />
        ) : (
          <p>
            {t().where} <span class="code">{point.division}</span>
          </p>
        )}
        <Drawing session={session} draft={draft} others={others} />
        <Watcher draft={draft} />
        <Text draft={draft} field="assembly_point" most={40} />
        <Text draft={draft} field="route" most={200} />
        <ListedHouseholds draft={draft} />
        <Unfinished sketch={draft.sketch} />
        <Failure error={attempts.failure.value} />
        <button type="submit" class="primary" disabled={attempts.busy.value}>
          {t().save}
        </button>
        <button type="button" onClick={() => close(false)}>
          {t().back}
        </button>
      </form>
      {point !== null && (
        <RetireForm
          busy={attempts.busy.value}
          reason={t().reason}
          act={t().retire}
          retire={(reason) =>
            attempt(() =>
              post("/api/office/hazard-points/{code}/retire", {
                path: { code: point.code },
                body: { version: point.version, reason },
              }),
            )
          }
        />
      )}
    </>
  );
}

interface TextProps {
  readonly draft: PointDraft;
  readonly field: "code" | "name" | "assembly_point" | "route";
  readonly most: number;
  readonly required?: boolean;
}

function Text({ draft, field, most, required = false }: TextProps): JSX.Element {
  const id = `point-${field}`;
  return (
    <>
      <label for={id}>{t()[field]}</label>
      <input
        id={id}
        required={required}
        maxLength={most}
        {...(field === "code" && { pattern: "[0-9A-Za-z][0-9A-Za-z._\\-]*" })}
        value={draft.fields.value[field]}
        onInput={(event) => draft.change({ [field]: event.currentTarget.value })}
      />
    </>
  );
}

function Hazard({ session, draft }: { session: Session; draft: PointDraft }): JSX.Element {
  return (
    <>
      <label for="point-hazard">{t().hazard}</label>
      <select
        id="point-hazard"
        required
        value={draft.fields.value.hazard}
        onChange={(event) => draft.change({ hazard: event.currentTarget.value })}
      >
        <option value="">–</option>
        {session.settings.hazards.map(({ id, names }) => (
          <option key={id} value={id}>
            {names[language.value] ?? id}
          </option>
        ))}
      </select>
    </>
  );
}

function Drawing({
  session,
  draft,
  others,
}: Pick<Props, "session" | "others"> & { draft: PointDraft }): JSX.Element {
  const { division, drawn } = draft.fields.value;
  const names = useSignal<readonly Named[]>([]);
  useEffect(() => void namesAround(division).then((found) => (names.value = found)), [division]);
  const saved = useMemo<readonly Saved[]>(
    () => others.filter(({ code }) => code !== draft.code),
    [others],
  );
  return (
    <fieldset>
      <legend>{t().area}</legend>
      <DrawArea
        ground={session.settings}
        drawn={drawn}
        change={(changed) => draft.change({ drawn: changed })}
        sketch={draft.sketch}
        saved={saved}
        around={division}
        names={names.value}
      />
    </fieldset>
  );
}
