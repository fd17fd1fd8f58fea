import { render, type JSX } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type {
  DutyOfficerBody,
  OfficeDivisionBody,
  OfficeHouseholdBody,
  OfficeOfficerBody,
} from "../api";
import { speak } from "../language";
import type { Me } from "../me";
import { DivisionForm } from "./divisions/division_form";
import { RotaStore } from "./duty/rota_store";
import { TurnsForm } from "./duty/turns_form";
import { HouseholdForm } from "./households/household_form";
import { OfficerForm } from "./officers/officer_form";

const ME = { id: "boss", role: "administrator", division: "511921" } as Me;
const OFFICER = { id: "grid", name: "何翠英", role: "grid_officer", phones: [] };
const DIVISION = { code: "511921100208", name: "千佛村", latitude: null, longitude: null };
const HOUSEHOLD = { code: "5119211002080001", headcount: 2, phones: [], vulnerable: [] };

const close = vi.fn();
const FORMS: readonly [name: string, form: () => JSX.Element][] = [
  [
    "an officer",
    () => (
      <OfficerForm
        me={ME}
        officer={OFFICER as unknown as OfficeOfficerBody}
        mayChange={true}
        close={close}
      />
    ),
  ],
  [
    "a division",
    () => <DivisionForm division={DIVISION as unknown as OfficeDivisionBody} close={close} />,
  ],
  [
    "a household",
    () => (
      <HouseholdForm
        household={HOUSEHOLD as unknown as OfficeHouseholdBody}
        me={ME}
        close={close}
      />
    ),
  ],
  [
    "an officer's turns",
    () => {
      const officer = { ...OFFICER, turns: [] } as unknown as DutyOfficerBody;
      return <TurnsForm officer={officer} store={new RotaStore()} close={close} />;
    },
  ],
];

let place: HTMLElement;
let stored: string[];

beforeEach(async () => {
  await speak("en", "office");
  close.mockClear();
  stored = [];
  document.body.replaceChildren((place = document.createElement("div")));
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    if (method === "PUT") stored.push(url);
    return Response.json({ code: "511921", name: "county", parts: [], officers: [] });
  });
});

afterEach(() => {
  render(null, place);
  vi.unstubAllGlobals();
});

it.each(FORMS)("a double tap on Save stores %s once", async (_, form) => {
  await act(() => render(form(), place));
  await act(() => {
    const save = [...place.querySelectorAll("button")].find((each) => each.textContent === "Save");
    save?.click();
    save?.click();
  });
  await vi.waitFor(() => expect(close).toHaveBeenCalled());
  expect(stored.length).toBe(1);
});
