/** The time alerts live in: the service's own, and in a drill many times as fast. */

import type { SettingsBody } from "./api";

/** How a device's clock is translated; it can be kept, and holds without a network. */
export interface AlertClock {
  readonly speed: number;
  /** When alert time and the service's time were the same, in milliseconds. */
  readonly anchor: number;
  /** How far the service's clock is ahead of the device's, in milliseconds. */
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

/** Return the alert time at a device's time, such as `Date.now()`. */
export function alertTime(clock: AlertClock, device: number): Date {
  const service = device + clock.ahead;
  return new Date(clock.anchor + (service - clock.anchor) * clock.speed);
}
