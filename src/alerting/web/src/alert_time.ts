/** Alert time: the service's own time, which runs faster in a drill, at a speed that changes. */

import type { SettingsBody } from "./api";

/** The translation from a device's clock to alert time. It can be stored and works offline. */
export interface AlertClock {
  readonly speed: number;
  /** Alert time in milliseconds at the device's time `device`. */
  readonly alert: number;
  readonly device: number;
}

/** Return the clock that the service describes; `device` is the device's time when it came. */
export function alertClock(settings: SettingsBody, device: number): AlertClock {
  return { speed: settings.clock_speed, alert: Date.parse(settings.alert_now), device };
}

/** Return the alert time at a device's time such as `Date.now()`. */
export function alertTime(clock: AlertClock, device: number): Date {
  return new Date(clock.alert + (device - clock.device) * clock.speed);
}
