/** The sound of a call for help: two tones, twice. Browsers allow it after a first click. */

import { signal } from "@preact/signals";

const KEPT = "sound";
const TONES = [880, 660, 880, 660];
const EACH_SECONDS = 0.22;
const LOUDNESS = 0.25;

/** Whether calls for help play a sound on this device. */
export const isOn = signal(localStorage.getItem(KEPT) !== "off");
/** Whether the browser lets this page play sound, which it does after a first click. */
export const isAllowed = signal(false);

let context: AudioContext | null = null;

addEventListener("pointerdown", allow);
addEventListener("keydown", allow);

/** Switch the sound on or off, and remember it on this device. */
export function setSound(on: boolean): void {
  isOn.value = on;
  localStorage.setItem(KEPT, on ? "on" : "off");
  if (on) sound();
}

/** Play the sound once if it is switched on and the browser allows it. */
export function sound(): void {
  if (!context || !isOn.value) return;
  const volume = new GainNode(context, { gain: LOUDNESS });
  volume.connect(context.destination);
  TONES.forEach((frequency, place) => {
    if (!context) return;
    const tone = new OscillatorNode(context, { type: "square", frequency });
    tone.connect(volume);
    tone.start(context.currentTime + place * EACH_SECONDS);
    tone.stop(context.currentTime + (place + 0.9) * EACH_SECONDS);
  });
}

function allow(): void {
  context ??= new AudioContext();
  void context.resume().then(() => (isAllowed.value = true));
}
