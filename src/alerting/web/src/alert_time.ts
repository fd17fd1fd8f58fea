/** The time alerts live in: the service's own, and in a drill one that runs faster, now more, now less. */

import type { SettingsBody } from "./api";

/** How a device's clock is translated; it can be kept, and holds without a network. */
export interface AlertClock {
  readonly speed: number;
  /** The alert time, in milliseconds, when the device's was `device`. */
  readonly alert: number;
  readonly device: number;
}

/** Return the clock that the service describes; `device` is the device's time when it came. */
export function alertClock(settings: SettingsBody, device: number): AlertClock {
  return { speed: settings.clock_speed, alert: Date.parse(settings.alert_now), device };
}

/** Return the alert time at a device's time, such as `Date.now()`. */
export function alertTime(clock: AlertClock, device: number): Date {
  return new Date(clock.alert + (device - clock.device) * clock.speed);
}
