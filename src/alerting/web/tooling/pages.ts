/** The pages that are built, each from an HTML file of its name. */
export const PAGES = ["alerts", "board", "doors", "raise", "sign-in"] as const;
