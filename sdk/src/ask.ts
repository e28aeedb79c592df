import type { ServerMessage } from "@lightwell/wire/text/messages.ts";
import type { SourceState } from "@lightwell/wire/text/scene.ts";
import type { Address } from "./address.ts";
import type { Command } from "./channel.ts";
import { HubRefusal } from "./refusal.ts";
import { ViewerLink } from "./viewer-link.ts";

const TIMEOUT_MS = 10_000;
/** A picture of the smallest size comes along; nothing smaller is served. */
const SMALL = { cols: 20, rows: 5 };

interface Question<Answer> {
  /** Said once the hub has welcomed us; a ping follows. */
  say(link: ViewerLink): void;
  /** What a message means; undefined: nothing. The pong means that all before it was answered. */
  read(message: ServerMessage): { readonly answer: Answer } | HubRefusal | undefined;
}

/** Tell the source of a channel something; resolves when the hub has handed it on. */
export function sendCommand(address: Address, channel: string, command: Command, signal: AbortSignal): Promise<void> {
  const subject = `channel "${channel}"`;
  return ask(address, channel, signal, {
    say: (link) => link.say({ type: "command", command }),
    read: (message) => {
      if (message.type === "pong") return { answer: undefined };
      if (message.type !== "error") return undefined;
      return new HubRefusal(subject, { code: message.code, reason: message.message });
    },
  });
}

/** What the source of a channel does now; undefined when it does not say. */
export function readState(address: Address, channel: string, signal: AbortSignal): Promise<SourceState | undefined> {
  let state: SourceState | undefined;
  return ask(address, channel, signal, {
    say: (link) => link.say({ type: "state_request" }),
    read: (message) => {
      if (message.type === "state") state = message.state;
      return message.type === "pong" ? { answer: state } : undefined;
    },
  });
}

/** One short connection for one answer. */
function ask<Answer>(
  address: Address,
  channel: string,
  signal: AbortSignal,
  question: Question<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const subject = `channel "${channel}"`;
    const settle = (end: () => void) => {
      clearTimeout(timeout);
      signal.removeEventListener("abort", onAbort);
      link.end();
      end();
    };
    const fail = (refusal: HubRefusal) => settle(() => reject(refusal));
    const onAbort = () => fail(new HubRefusal(subject, { code: "closed", reason: "it was closed by this program" }));
    const link = new ViewerLink(address, channel, () => SMALL, {
      welcome: () => {
        question.say(link);
        link.say({ type: "ping", t: 1 });
      },
      message: (message) => {
        const result = question.read(message);
        if (result instanceof HubRefusal) fail(result);
        else if (result) settle(() => resolve(result.answer));
      },
      binary: () => undefined,
      refused: fail,
      lost: ({ reason }) => fail(new HubRefusal(subject, { code: "unreachable", reason })),
    });
    const timeout = setTimeout(
      () => fail(new HubRefusal(subject, { code: "timeout", reason: `no answer in ${TIMEOUT_MS / 1000} s` })),
      TIMEOUT_MS,
    );
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    else link.start();
  });
}
