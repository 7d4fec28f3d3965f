import { describe, expect, test } from "vitest";
import {
  botEvents,
  botScopes,
  shortcuts,
  suggestedPrompts,
  toManifest,
} from "../../../../adapters/slack/app/manifest.ts";
import { commandSpecs } from "../../../../src/commands/catalog.ts";
import { usageOf } from "../../../../src/port/index.ts";
import { toSettings } from "../../../emulators/slack/options.ts";
import { spawnParley } from "../../../support/spawn-parley.ts";

/** Every text in it, under the name it has. */
function textsOf(value: unknown, name = ""): readonly { readonly name: string; readonly text: string }[] {
  if (typeof value === "string") return [{ name, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, Array.isArray(value) ? name : key));
}

const manifests = {
  "by socket": toManifest(commandSpecs),
  "by HTTP": toManifest(commandSpecs, { publicUrl: "https://bot.example/" }),
  distributed: toManifest(commandSpecs, { publicUrl: "https://bot.example", distributed: true }),
};

/** As the SDK's types tell it: node_modules/@slack/web-api/dist/types/request/manifest.d.ts. */
describe.each(Object.entries(manifests))("the manifest %s", (_, manifest) => {
  const { features, display_information: display, oauth_config: oauth, settings } = manifest;

  test("keeps to Slack's limits", () => {
    expect(display.name.length).toBeLessThanOrEqual(35);
    expect(display.description.length).toBeLessThanOrEqual(140);
    expect(features.agent_view.agent_description.length).toBeLessThanOrEqual(300);
    expect(features.agent_view.suggested_prompts.length).toBeLessThanOrEqual(4);
    expect(features.bot_user.display_name.length).toBeLessThanOrEqual(80);
    expect(features.shortcuts.length).toBeLessThanOrEqual(10);
    for (const { name, callback_id: id, description } of features.shortcuts) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect(id.length).toBeLessThanOrEqual(255);
      expect(description.length).toBeLessThanOrEqual(150);
    }
    for (const { command, description, usage_hint: hint } of features.slash_commands) {
      expect(command).toMatch(/^\/[a-z]{1,31}$/);
      expect(description.length).toBeLessThanOrEqual(2_000);
      expect(hint.length).toBeLessThanOrEqual(1_000);
    }
    expect(oauth.scopes.bot.length).toBeLessThanOrEqual(255);
    expect(settings.event_subscriptions.bot_events.length).toBeLessThanOrEqual(100);
  });

  test("names every command, shortcut, scope and event", () => {
    for (const line of commandSpecs.map(usageOf))
      expect(features.slash_commands[0]?.usage_hint.split(" · ")).toContain(line);
    expect(features.shortcuts.map(({ callback_id: id }) => id)).toEqual(
      Object.values(shortcuts).map(({ callbackId }) => callbackId),
    );
    expect(oauth.scopes.bot).toEqual(botScopes.map(({ scope }) => scope));
    expect(new Set(oauth.scopes.bot).size).toBe(oauth.scopes.bot.length);
    expect(settings.event_subscriptions.bot_events).toEqual(botEvents);
    expect(settings.interactivity.is_enabled).toBe(true);
  });

  test("lets people write to the bot", () =>
    expect(features.app_home).toMatchObject({ messages_tab_enabled: true, messages_tab_read_only_enabled: false }));

  test("has https addresses alone", () => {
    const addresses = textsOf(manifest).filter(({ name }) => /urls?$/.test(name));
    for (const { text } of addresses) expect(text).toMatch(/^https:\/\/bot\.example\/slack\/[a-z_]+$/);
    expect(addresses.length > 0).toBe(!settings.socket_mode_enabled);
  });
});

test("an app that others install is sent back to us, and has tokens that are renewed", () => {
  const { oauth_config: oauth, settings } = manifests.distributed;
  expect(oauth.redirect_urls).toEqual(["https://bot.example/slack/oauth_redirect"]);
  expect([settings.token_rotation_enabled, settings.socket_mode_enabled]).toEqual([true, false]);
  expect(manifests["by HTTP"].settings.token_rotation_enabled).toBe(false);
});

test("the prompts that Slack suggests are the manifest's", () =>
  expect(manifests["by socket"].features.agent_view.suggested_prompts).toEqual(suggestedPrompts));

test("the emulator gives the bot no more than the manifest asks for", () => {
  const { events, scopes } = toSettings({});
  expect(events.filter((event) => !botEvents.some((known) => known === event))).toEqual([]);
  // Of these nothing here calls a method.
  const spare = ["team:read"];
  expect(scopes.filter((scope) => !botScopes.some((known) => known.scope === scope))).toEqual(spare);
});

test.each([
  [[], manifests["by socket"]],
  [["--url", "https://bot.example"], manifests["by HTTP"]],
  [["--url", "https://bot.example", "--distribute"], manifests.distributed],
] as const)("the command line with %j prints it and ends", async (args, manifest) => {
  const parley = spawnParley({ args: ["--slack-manifest", ...args] });
  expect(await parley.exit()).toBe(0);
  expect(JSON.parse(parley.output())).toEqual(JSON.parse(JSON.stringify(manifest)));
});

test.each([
  [["--distribute"], "add --url as well"],
  [["--url", "http://bot.example"], "begin with https://"],
] as const)("what nobody could install is refused: %j", async (args, sentence) => {
  const parley = spawnParley({ args: ["--slack-manifest", ...args] });
  expect(await parley.exit()).toBe(78);
  expect(parley.output()).toContain(sentence);
});
