import { presetNamed } from "../persona/presets.ts";
import { commandNamed } from "./catalog.ts";
import type { Command } from "./command.ts";

export type InlineCommand = {
  readonly command: Command;
  readonly options: Readonly<Record<string, string>>;
};

/**
 * The command that a message is, if it is one to the letter. "help" is a command, "help me with SQL" is a question; a persona is
 * chosen by `persona set …`, or by `persona` and one word. What stands before commands where they are typed is allowed: "/", "/parley ".
 */
export function parseInline(text: string, commandPrefix = "/"): InlineCommand | undefined {
  const typed = text.trim();
  const words = typed.startsWith(commandPrefix) ? typed.slice(commandPrefix.length).trim() : typed.replace(/^\//, "");
  const bare = commandNamed(
    words
      .toLowerCase()
      .replace(/\s+/g, " ")
      .replace(/[.!]+$/, ""),
  );
  if (bare !== undefined && bare.name !== "persona set") return { command: bare, options: {} };
  const [, reset] = /^persona\s+reset\s+(thread|channel|server|workspace)$/i.exec(words) ?? [];
  if (reset !== undefined) return toInline("persona reset", { scope: toScope(reset) });
  const [, set, chosen] = /^persona(?:\s+(set))?(?:\s+(.+))?$/is.exec(words) ?? [];
  if (set !== undefined) return persona(chosen ?? "");
  if (/^persona$/i.test(words)) return toInline("persona show", {});
  if (chosen !== undefined && (presetNamed(chosen) !== undefined || /^\w+$/.test(chosen))) return persona(chosen);
  return undefined;
}

/** "persona set pirate", "persona set channel pirate", "persona set server: You are …". "server admin …" is a text, not a scope. */
function persona(chosen: string): InlineCommand | undefined {
  const [, scope, colon, rest] = /^(thread|channel|server|workspace)(?:(:)\s*|\s+)(.+)$/is.exec(chosen) ?? [];
  const meant = scope !== undefined && rest !== undefined && (colon !== undefined || presetNamed(rest) !== undefined);
  if (!meant) return toInline("persona set", { persona: chosen });
  return toInline("persona set", { persona: rest, scope: toScope(scope) });
}

/** Some platforms call a server a workspace. */
const toScope = (word: string): string => word.toLowerCase().replace("workspace", "server");

function toInline(name: string, options: Readonly<Record<string, string>>): InlineCommand | undefined {
  const command = commandNamed(name);
  return command === undefined ? undefined : { command, options };
}
