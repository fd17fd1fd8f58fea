/** Alert time: the service's own time, which runs faster in a drill. */

import type { SettingsBody } from "./api";

/** The translation from a device's clock to alert time. It can be stored and works offline. */
export interface AlertClock {
  readonly speed: number;
  /** Instant at which alert time and the service's time were equal, in milliseconds. */
  readonly anchor: number;
  /** Lead of the service's clock over the device's, in milliseconds. */
  readonly ahead: number;
}

/** Return the clock that the service describes; `device` is the device's time when it came. */
export function alertClock(settings: SettingsBody, device: number): AlertClock {
  return {
    speed: settings.clock_speed,
    anchor: Date.parse(settings.clock_anchor),
    ahead: Date.parse(settings.now) - device,
  };
}

/** Return the alert time at a device's time such as `Date.now()`. */
export function alertTime(clock: AlertClock, device: number): Date {
  const service = device + clock.ahead;
  return new Date(clock.anchor + (service - clock.anchor) * clock.speed);
}
