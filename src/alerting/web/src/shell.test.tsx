import "fake-indexeddb/auto";
import { signal } from "@preact/signals";
import { render, type JSX } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { confirmAction } from "./confirm_dialog";
import { reachable, Refusal, Unreachable } from "./client";
import { Device } from "./doors/device";
import type { Entry } from "./doors/entry";
import { speak } from "./language";
import { Failure, Shell } from "./shell";
import { Bar, StandingBadge, STANDINGS } from "./standing";

let place: HTMLElement;

beforeEach(() => {
  document.body.replaceChildren((place = document.createElement("div")));
  reachable.value = true;
});

async function draw(page: JSX.Element): Promise<void> {
  await act(() => render(page, place));
}

async function press(words: string): Promise<void> {
  const button = [...place.querySelectorAll("button")].find((each) => each.textContent === words);
  await act(() => button?.click());
}

async function choose(code: string): Promise<void> {
  const select = place.querySelector<HTMLSelectElement>("select.language");
  if (!select) throw new Error("there is no choice of languages");
  select.value = code;
  await act(() => void select.dispatchEvent(new Event("change")));
}

describe("the frame of a page", () => {
  it.each(["Exercise", "Test"] as const)("marks %s as not real", async (status) => {
    await draw(<Shell title="Board" status={status} children="" />);
    expect(place.querySelector(".exercise")?.textContent).toContain("not a real alert");
    expect(document.body.dataset["status"]).toBe(status);
  });

  it("has no such mark for a real alert", async () => {
    await draw(<Shell title="Board" status="Actual" children="" />);
    expect(place.querySelector(".exercise")).toBeNull();
    expect(document.body.dataset["status"]).toBe("Actual");
  });

  it("switches the language of everything at once", async () => {
    await draw(<Shell title="Board">{<StandingBadge of="needs_help" />}</Shell>);
    expect(place.textContent).toContain("Needs help");
    await choose("zh");
    await vi.waitUntil(() => place.textContent.includes("求助"));
    expect(place.textContent).not.toContain("Needs help");
    expect(document.documentElement.lang).toBe("zh-CN");
  });

  describe("asks before it signs somebody out", () => {
    const me = {
      id: "grid",
      name: "Example",
      role: "grid_officer",
      division: "511921100208",
      division_name: "千佛村",
      tier: "village",
    } as const;

    async function asked(unkept: readonly unknown[] = []): Promise<string> {
      await draw(<Shell title="Doors" me={me} unkept={signal(unkept)} children="" />);
      await press("Sign out");
      // Unsent reports are read from the device first.
      const dialog = await vi.waitUntil(() => place.querySelector("dialog"), { timeout: 10_000 });
      return dialog.textContent;
    }

    it("stays signed in if the user goes back", async () => {
      expect(await asked()).toContain("need a new link");
      await press("Go back");
      expect(place.querySelector("nav")?.textContent).toContain("Example");
    });

    it("warns how many reports are unsent", async () => {
      const device = new Device();
      for (const [id, officer] of [
        [1, "grid"],
        [2, "grid"],
        [3, "other"],
      ] as const)
        await device.run((database) =>
          database.put("entries", { id, officer, state: "waiting" } as unknown as Entry),
        );
      expect(await asked()).toContain("2 reports are not sent yet. They stay on this device");
      expect(place.querySelector("dialog .danger")?.textContent).toBe("Sign out anyway");
      await press("Go back");
      await device.run((database) => database.clear("entries"));
      device.close();
    });

    it("warns how many reports are in the page's memory only", async () => {
      const question = await asked(["first", "second", "third"]);
      expect(question).toContain("3 reports are neither kept nor sent. Signing out loses them");
      expect(question).not.toContain("not sent yet");
      expect(place.querySelector("dialog .danger")?.textContent).toBe("Sign out anyway");
      await press("Go back");
    });
  });

  it("says how old a board is until news arrives", async () => {
    const stale = signal<number | null>(null);
    await draw(<Shell title="Board" stale={stale} children="" />);
    expect(place.querySelector(".stale")).toBeNull();
    await act(() => void (stale.value = 7));
    expect(place.querySelector(".stale")?.textContent).toContain("7 sec");
    await act(() => void (stale.value = null));
    expect(place.querySelector(".stale")).toBeNull();
  });

  it("says that there is no network", async () => {
    await draw(<Shell title="Doors" children="" />);
    await act(() => void (reachable.value = false));
    expect(place.querySelector("[role=status]")?.textContent).toContain("No network");
  });
});

describe("a confirmation", () => {
  const question = {
    title: "Send again?",
    counts: [["Households", "212"]],
    action: "Send to 212",
  } as const;

  it.each([
    ["Send to 212", true],
    ["Go back", false],
  ])("answered by '%s' resolves to %s", async (words, yes) => {
    await draw(<Shell title="Board" children="" />);
    let answered: Promise<boolean> | undefined;
    await act(() => void (answered = confirmAction(question)));
    expect(place.querySelector("dialog")?.textContent).toContain("212");
    await press(words);
    expect(await answered).toBe(yes);
    expect(place.querySelector("dialog")).toBeNull();
  });

  it("counts as refused when another confirmation is shown", async () => {
    await draw(<Shell title="Board" children="" />);
    const first = confirmAction(question);
    await act(() => void confirmAction({ ...question, title: "Close?" }));
    expect(await first).toBe(false);
    expect(place.querySelectorAll("dialog")).toHaveLength(1);
  });
});

describe("a failure", () => {
  it("lists every reason of a refusal", async () => {
    await draw(<Failure error={new Refusal(409, "Not yet", ["3 people", "1 call"])} />);
    expect([...place.querySelectorAll("li")].map((each) => each.textContent)).toEqual([
      "3 people",
      "1 call",
    ]);
  });

  it("is shown in the reader's language by its code, with the service's sentence below", async () => {
    const refusal = new Refusal(403, "somebody else closes this", [], "forbidden");
    await draw(<Failure error={refusal} />);
    expect(place.textContent).toBe("somebody else closes this");
    await act(() => speak("zh"));
    expect(place.querySelector("p")?.textContent).toBe("您的职务或范围不能做这个");
    expect(place.querySelector("[lang=en]")?.textContent).toBe("somebody else closes this");
  });

  it("shows each reason of a malformed request once", async () => {
    const reasons = ["name: too long", "phone: too short"];
    await draw(<Failure error={new Refusal(422, reasons.join("; "), reasons, "malformed")} />);
    expect(place.textContent).toBe(reasons.join("; "));
    await speak("zh");
    await draw(<Failure error={new Refusal(422, reasons.join("; "), reasons, "malformed")} />);
    expect(place.querySelector("p")?.textContent).toBe("填写的内容不完整，请改正");
    expect(place.querySelector("[lang=en]")?.textContent).toBe(reasons.join(""));
    expect(place.querySelectorAll("p")).toHaveLength(1);
  });

  it("is shown only in Chinese to a reader of Chinese, if the service has the Chinese sentence", async () => {
    const refusal = new Refusal(422, "code: wrong", ["code: wrong"], "malformed", "代码不对");
    await draw(<Failure error={refusal} />);
    expect(place.textContent).not.toContain("代码");
    await speak("zh");
    await draw(<Failure error={refusal} />);
    expect(place.textContent).toBe("填写的内容不完整，请改正代码不对");
  });

  it("says in the user's words that no answer came", async () => {
    await draw(<Failure error={new Unreachable("POST /api/alerts")} />);
    expect(place.textContent).toBe("The service could not be reached. Try again.");
  });

  it("is empty without an error", async () => {
    await draw(<Failure error={null} />);
    expect(place.textContent).toBe("");
  });
});

describe("standings", () => {
  it.each(STANDINGS)("%s has a word and a shape in addition to its colour", async (standing) => {
    await draw(<StandingBadge of={standing} />);
    expect(place.querySelector(`.is-${standing} svg path`)).not.toBeNull();
    expect(place.textContent).not.toBe("");
  });

  it("have different words and shapes", async () => {
    await draw(
      <>
        {STANDINGS.map((each) => (
          <StandingBadge key={each} of={each} />
        ))}
      </>,
    );
    const badges = [...place.querySelectorAll(".standing")];
    expect(new Set(badges.map((each) => each.textContent)).size).toBe(STANDINGS.length);
    expect(new Set(badges.map((each) => each.querySelector("path")?.getAttribute("d"))).size).toBe(
      6,
    );
  });

  it("are read aloud as numbers in a bar, worst first", async () => {
    await draw(<Bar people={{ evacuated: 4, needs_help: 1, staying: 0 }} />);
    const bar = place.querySelector("[role=img]");
    expect(bar?.getAttribute("aria-label")).toBe("Needs help: 1 person, Out: 4 people");
    expect(bar?.children).toHaveLength(2);
  });
});
