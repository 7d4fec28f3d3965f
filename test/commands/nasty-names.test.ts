import { expect, test } from "vitest";
import { presetNamed } from "../../src/choices/presets.ts";
import { commandSpecs } from "../../src/commands/catalog.ts";
import { parseInline } from "../../src/commands/inline.ts";
import { parseChoices } from "../../src/port/index.ts";
import { nastyNames } from "../support/nasty-names.ts";

test.each(nastyNames)("the word %s is no command, no choice, no preset and no scope", (name) => {
  for (const command of ["", "replies ", "memory ", "persona reset "])
    expect(parseInline(`${command}${name}`)?.options ?? {}).not.toHaveProperty("scope");
  for (const { options } of commandSpecs) expect(parseChoices([name], options)).toBeUndefined();
  expect(presetNamed(name)).toBeUndefined();
  expect(parseInline(`persona ${name}`)).toMatchObject({ options: { persona: name } });
});
