/** The fields that a column of a roster file may hold, required fields first. */
export const FIELDS = {
  households: [
    "head",
    "headcount",
    "phones",
    "address",
    "village",
    "grid",
    "town",
    "division",
    "code",
    "vulnerable",
    "officer",
    "language",
    "persons",
    "latitude",
    "longitude",
    "centre",
    "courtyard",
  ],
  officers: ["name", "role", "division", "phones", "id", "deputy_of", "language"],
} as const;
