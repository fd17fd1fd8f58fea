/** The fields of a roster file that a column may hold, the needed ones first. */
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
