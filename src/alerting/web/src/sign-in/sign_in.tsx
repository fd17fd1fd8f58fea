/** The request for a sign-in link; there are no passwords. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { post } from "../client";
import { texts } from "../language";
import { Failure, Shell } from "../shell";
import "./sign_in.css";

const t = texts(
  {
    title: "登录",
    explain: "没有密码。填写登记的手机号或工号，一次性链接会发到登记的手机上。",
    label: "手机号或工号",
    send: "发送链接",
    sent: "如果登记过，链接已经用短信发出。请在手机上打开它。",
    again: "没有收到？请问管理员要链接或二维码。",
  },
  {
    title: "Sign in",
    explain:
      "There is no password. Give your registered phone or your id: a one-time link goes to that phone.",
    label: "Phone or id",
    send: "Send the link",
    sent: "If it is registered, a link was sent by SMS. Open it on that phone.",
    again: "Nothing came? Ask your administrator for a link or a QR code.",
  },
);

export function SignIn(): JSX.Element {
  const who = useSignal("");
  const sent = useSignal(false);
  const failure = useSignal<unknown>(null);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    failure.value = null;
    try {
      await post("/api/sign-in", { body: { ...named(who.value.trim()), path: next() } });
      sent.value = true;
    } catch (error) {
      failure.value = error;
    }
  }

  return (
    <Shell title={t().title}>
      <form class="sign-in" onSubmit={send}>
        <p>{t().explain}</p>
        <label for="who">{t().label}</label>
        <input
          id="who"
          required
          autoComplete="username"
          autoCapitalize="off"
          value={who.value}
          onInput={(event) => (who.value = event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          {t().send}
        </button>
        <div role="status">
          {sent.value && (
            <>
              <p>
                <strong>{t().sent}</strong>
              </p>
              <p>{t().again}</p>
            </>
          )}
        </div>
        <Failure error={failure.value} />
      </form>
    </Shell>
  );
}

/** Return the input as an officer's id unless it can only be a phone number. */
function named(typed: string): { phone: string } | { officer: string } {
  return /^\+?[\d\s()-]{5,}$/.test(typed) ? { phone: typed } : { officer: typed };
}

/** Return the page that the link leads to: the one that redirected here. */
function next(): string {
  return new URLSearchParams(location.search).get("next") ?? "/";
}
