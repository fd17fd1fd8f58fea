/** Creates passkeys in this browser for the signed-in officer, and signs in with them. */

import { post } from "./client";

/** Matches an IP address: browsers bind passkeys to a host name only. */
const DIGITS = /^[\d.]+$|:/;
const MOST_MS = 300_000;

/** Return whether this browser can use passkeys at this address. */
export function hasPasskeys(): boolean {
  return "PublicKeyCredential" in window && !DIGITS.test(location.hostname);
}

/** Sign in with a passkey. Throws Refusal, Unreachable, or DOMException if the officer gave up. */
export async function signInByPasskey(): Promise<void> {
  const challenge = await post("/api/sign-in/passkey/challenge");
  const used = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(challenge.challenge),
      rpId: challenge.rp_id,
      userVerification: "required",
      timeout: MOST_MS,
    },
  });
  const { id, response } = used as PublicKeyCredential;
  const signed = response as AuthenticatorAssertionResponse;
  const { userHandle } = signed;
  await post("/api/sign-in/passkey", {
    body: {
      id,
      type: "public-key",
      response: {
        clientDataJSON: text(signed.clientDataJSON),
        authenticatorData: text(signed.authenticatorData),
        signature: text(signed.signature),
        userHandle: userHandle && text(userHandle),
      },
    },
  });
}

/** Make and register a passkey. Throws Refusal, Unreachable, or DOMException if it was cancelled. */
export async function addPasskey(name: string): Promise<void> {
  const asked = await post("/api/passkey-challenge");
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.rp_id, name: asked.rp_name },
      user: { id: bytes(asked.user_id), name: asked.user_name, displayName: asked.user_name },
      pubKeyCredParams: asked.algorithms.map((alg) => ({ alg, type: "public-key" })),
      excludeCredentials: asked.exclude.map((id) => ({ id: bytes(id), type: "public-key" })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
      timeout: MOST_MS,
    },
  });
  const { id, response } = made as PublicKeyCredential;
  const { clientDataJSON, attestationObject } = response as AuthenticatorAttestationResponse;
  await post("/api/passkeys", {
    body: {
      id,
      type: "public-key",
      name,
      response: {
        clientDataJSON: text(clientDataJSON),
        attestationObject: text(attestationObject),
      },
    },
  });
}

/** Return whether the officer closed the browser's dialogue, so that no message is needed. */
export function gaveUp(error: unknown): boolean {
  return error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);
}

/** Return whether the error says that this device already has a passkey of the officer. */
export function isRegistered(error: unknown): boolean {
  return error instanceof DOMException && error.name === "InvalidStateError";
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const characters = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const characters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(characters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
