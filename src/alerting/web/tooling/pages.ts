/** The pages to build, each from the HTML file of its name. */
export const PAGES = ["alerts", "board", "doors", "raise", "reference", "sign-in"] as const;
