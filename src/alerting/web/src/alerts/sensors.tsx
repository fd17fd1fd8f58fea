/** The state of the sensors around the caller's division, and the words for their notifications. */

import type { JSX } from "preact";
import type { NoteReadingBody, SensorBody } from "../api";
import { dayAndTime, number, texts } from "../language";

const t = texts("alerts.sensors");

/** A table with one line per sensor; nothing without sensors. */
export function Sensors({ sensors }: { sensors: readonly SensorBody[] }): JSX.Element | null {
  if (sensors.length === 0) return null;
  return (
    <section aria-labelledby="sensors">
      <h2 id="sensors">{t().title}</h2>
      <table class="sensors">
        <thead>
          <tr>
            <th scope="col">{t().sensor}</th>
            <th scope="col">{t().level}</th>
            <th scope="col">{t().reading}</th>
          </tr>
        </thead>
        <tbody>
          {sensors.map((sensor) => (
            <Sensor key={sensor.name} sensor={sensor} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Sensor({ sensor }: { sensor: SensorBody }): JSX.Element {
  const troubles = [sensor.silent && t().silent, sensor.clock_wrong && t().clock_wrong];
  return (
    <tr>
      <th scope="row">
        {sensor.name} <small>{sensor.hazard}</small>
      </th>
      <td>
        <span class={`severity ${sensor.level}`}>{t()[sensor.level]}</span>
      </td>
      <td>
        {sensor.value === null ? t().none : shown(sensor.value, sensor.unit)}
        {sensor.at && <small>{dayAndTime(sensor.at)}</small>}
        {troubles.filter(Boolean).map((trouble) => (
          <strong class="trouble" key={trouble}>
            {trouble}
          </strong>
        ))}
      </td>
    </tr>
  );
}

/** Return a sensor's notification in words, with the reading if it is about one. */
export function newsOf({ news, value, unit }: NoteReadingBody): string {
  return value === null ? t()[news] : t().told({ news: t()[news], reading: shown(value, unit) });
}

function shown(value: number, unit: string): string {
  return `${number(value)} ${unit}`;
}
