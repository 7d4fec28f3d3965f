import type { types } from "@slack/bolt";
import { type Scope, sentences } from "../../../src/port/index.ts";
import type { Seal } from "../install/seal.ts";
import { isDirect } from "../workspace/inbound.ts";

const { form } = sentences.slack;

/** Where a modal was opened from; Slack keeps it for us until it is submitted. */
export type Origin = {
  /** Whose form it is. */
  readonly user: string;
  readonly channel: string;
  /** Missing where the modal was opened outside of a thread. */
  readonly root?: string;
  /** Where the answer goes: a form has no address of its own. */
  readonly respondUrl: string;
};

export const modalId = "persona";

/** Slack's limit on a text that is typed into a modal. Characters. */
const longestText = 3_000;

const toLabel = (scope: Scope, channel: string): string =>
  scope === "channel" && isDirect(channel) ? form.scopes.directMessages : form.scopes[scope];

/** A form to choose a persona from the list or to write one. */
export function toModal(origin: Origin, presets: readonly string[], seal: Seal): types.ModalView {
  const scopes: readonly Scope[] = origin.root === undefined ? ["channel", "server"] : ["thread", "channel", "server"];
  const [narrowest, ...wider] = scopes.map((scope) => option(toLabel(scope, origin.channel), scope));
  return {
    type: "modal",
    callback_id: modalId,
    private_metadata: seal.close(JSON.stringify(origin)),
    title: { type: "plain_text", text: form.title },
    submit: { type: "plain_text", text: form.submit },
    close: { type: "plain_text", text: form.cancel },
    blocks: [
      {
        type: "input",
        block_id: "preset",
        optional: true,
        label: { type: "plain_text", text: form.list },
        element: { type: "static_select", action_id: "value", options: presets.map((name) => option(name, name)) },
      },
      {
        type: "input",
        block_id: "text",
        optional: true,
        label: { type: "plain_text", text: form.own },
        hint: { type: "plain_text", text: form.hint },
        element: { type: "plain_text_input", action_id: "value", multiline: true, max_length: longestText },
      },
      {
        type: "input",
        block_id: "scope",
        label: { type: "plain_text", text: form.scope },
        element: {
          type: "radio_buttons",
          action_id: "value",
          options: narrowest === undefined ? wider : [narrowest, ...wider],
          ...(narrowest === undefined ? {} : { initial_option: narrowest }),
        },
      },
    ],
  };
}

/** What a submitted form holds. */
export type Values = Readonly<
  Record<
    string,
    Readonly<
      Record<string, { readonly value?: string | null; readonly selected_option?: { readonly value?: string } | null }>
    >
  >
>;

export type Submitted =
  | { readonly kind: "set"; readonly origin: Origin; readonly options: Readonly<Record<string, string>> }
  /** Slack shows the sentence under the field. */
  | { readonly kind: "incomplete"; readonly errors: Readonly<Record<string, string>> };

/** Where the form was opened; undefined where that is not this person's form, or Slack did not get it from the bot so. */
export function toOrigin(opened: string | undefined, user: string): Origin | undefined {
  const origin = opened === undefined ? undefined : (JSON.parse(opened) as Origin);
  return origin?.user === user ? origin : undefined;
}

export function fromModal(origin: Origin | undefined, values: Values): Submitted {
  const text = values["text"]?.["value"]?.value?.trim() ?? "";
  const preset = values["preset"]?.["value"]?.selected_option?.value ?? "";
  const scope = values["scope"]?.["value"]?.selected_option?.value;
  if (origin === undefined) {
    return { kind: "incomplete", errors: { text: form.expired } };
  }
  if (text === "" && preset === "") {
    return { kind: "incomplete", errors: { text: form.empty } };
  }
  if (text !== "" && preset !== "") {
    return { kind: "incomplete", errors: { text: form.both } };
  }
  return { kind: "set", origin, options: { persona: text || preset, ...(scope === undefined ? {} : { scope }) } };
}

const option = (label: string, value: string) => ({ text: { type: "plain_text" as const, text: label }, value });
