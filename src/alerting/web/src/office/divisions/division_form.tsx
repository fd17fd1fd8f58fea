/** The form that changes a division: its name, its assembly point and its contact. */

import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { OfficeDivisionBody } from "../../api";
import { put } from "../../client";
import { texts } from "../../language";
import { Failure } from "../../shell";
import { useAttempts } from "../attempts";
import { sendUnlessDoubted } from "../doubts";

const t = texts("office.divisions");

interface Props {
  readonly division: OfficeDivisionBody;
  /** Called when the form closes; true if the division was changed. */
  readonly close: (isChanged: boolean) => void;
}

export function DivisionForm({ division, close }: Props): JSX.Element {
  const name = useSignal(division.name);
  const point = useSignal(division.assembly_point ?? "");
  const route = useSignal(division.route ?? "");
  const latitude = useSignal(written(division.latitude));
  const longitude = useSignal(written(division.longitude));
  const phone = useSignal(division.contact_phone ?? "");
  const attempts = useAttempts();
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const body = {
      name: name.value,
      assembly_point: point.value,
      route: route.value,
      latitude: degrees(latitude.value),
      longitude: degrees(longitude.value),
      contact_phone: phone.value,
      version: division.version,
    };
    const path = { code: division.code };
    const done = await attempts.run(() =>
      sendUnlessDoubted((confirmed) =>
        put("/api/office/divisions/{code}", { path, body: { ...body, confirmed } }),
      ),
    );
    if (done) close(true);
  }
  return (
    <form class="edit" onSubmit={(event) => void save(event)}>
      <Line id="name" label={t().name} value={name} most={80} required />
      <Line id="point" label={t().point} value={point} most={40} />
      <Line id="route" label={t().route} value={route} most={100} />
      <Degrees id="latitude" label={t().latitude} value={latitude} limit={90} />
      <Degrees id="longitude" label={t().longitude} value={longitude} limit={180} />
      <Line id="phone" label={t().phone} value={phone} most={40} />
      <button type="submit" class="primary" disabled={attempts.busy.value}>
        {t().save}
      </button>
      <button type="button" onClick={() => close(false)}>
        {t().back}
      </button>
      <Failure error={attempts.failure.value} />
    </form>
  );
}

function written(value: number | null): string {
  return value === null ? "" : String(value);
}

function degrees(text: string): number | null {
  return text === "" ? null : Number(text);
}

interface LineProps {
  readonly id: string;
  readonly label: string;
  readonly value: Signal<string>;
  /** Maximum number of characters. */
  readonly most: number;
  readonly required?: boolean;
}

function Line({ id, label, value, most, required = false }: LineProps): JSX.Element {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        required={required}
        maxLength={most}
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </>
  );
}

interface DegreesProps {
  readonly id: string;
  readonly label: string;
  readonly value: Signal<string>;
  readonly limit: number;
}

function Degrees({ id, label, value, limit }: DegreesProps): JSX.Element {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        step="any"
        min={-limit}
        max={limit}
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </>
  );
}
