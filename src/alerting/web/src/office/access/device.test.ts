import { beforeEach, expect, it } from "vitest";
import { speak } from "../../language";
import { deviceName } from "./device";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

beforeEach(() => speak("en", "office"));

it.each([
  [
    `Mozilla/5.0 (Linux; Android 14; K) ${WEBKIT} Chrome/131.0 Mobile Safari/537.36`,
    "Chrome on Android",
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; K) ${WEBKIT} Chrome/130.0 MicroMessenger/8.0`,
    "WeChat on Android",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/131.0 Safari/537.36 Edg/131.0`,
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
    "Safari on iPhone",
  ],
  ["curl/8.5.0", "curl/8.5.0"],
  ["", "Unknown device"],
])("names the device of %s", (description, name) => {
  expect(deviceName(description)).toBe(name);
});
