import { expect, it } from "vitest";
import { Refusal, Unreachable } from "../client";
import { refusedFields } from "./refused_fields";

it("puts each line at the field that it names", () => {
  const lines = [
    "event: String should have at most 30 characters; give what happens",
    "assembly_point: too long",
    "event: another",
  ];
  expect(refusedFields(new Refusal(422, lines.join("; "), lines))).toEqual({
    event: ["String should have at most 30 characters; give what happens", "another"],
    assembly_point: ["too long"],
  });
});

it.each([
  ["area.divisions: 511999 is not a known division; correct it", "area"],
  ["divisions: '51' is not a division code", "area"],
  ["area: 511921101 is not within your division", "area"],
  ["status: this service runs a drill", "status"],
])("parses '%s', which comes without reasons", (detail, field) => {
  expect(Object.keys(refusedFields(new Refusal(422, detail, [])))).toEqual([field]);
});

it.each([
  ["names a field that the page does not have", new Refusal(422, "expires: has passed", [])],
  ["names none", new Refusal(422, "the body is no JSON", [])],
  ["is about something else", new Refusal(409, "event: used before", [])],
  ["is no refusal", new Unreachable("POST /api/alerts")],
])("leaves an error for the whole form if it %s", (_, error) => {
  expect(refusedFields(error)).toEqual({});
});

it("leaves all lines for the whole form if one names no field", () => {
  expect(refusedFields(new Refusal(422, "", ["event: too long", "expires: has passed"]))).toEqual(
    {},
  );
});
