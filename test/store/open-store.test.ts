import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../../src/store/keyv-store.ts";

const silent = { warn: () => undefined };
const open = (url: string) => openStore(url, silent);
const unopened = (message: RegExp) =>
  expect.objectContaining({ code: "unopened", message: expect.stringMatching(message) });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-open-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each(["", "parley.sqlite", "sqlite:parley.sqlite", "sqlite://", "redis://user:hunter2@localhost", "postgres://x"])(
  "the address '%s' is refused with the forms that are known",
  async (url) => {
    const refusal = await open(url).catch((error: unknown) => error);
    expect(refusal).toEqual(unopened(/STORE_URL.*sqlite:\/\/\.\/data\/parley\.sqlite/));
    expect(String(refusal)).not.toContain("hunter2");
  },
);

test("a relative address is seen from the working folder", async () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    await (await open("sqlite://./data/deep/parley.sqlite")).close();
  } finally {
    process.chdir(before);
  }
  expect((await stat(join(folder, "data/deep/parley.sqlite"))).isFile()).toBe(true);
});

test("the folder that is made is closed to others", async () => {
  await (await open(`sqlite://${folder}/data/parley.sqlite`)).close();
  expect((await stat(join(folder, "data"))).mode & 0o077).toBe(0);
});

test("a path below a file is refused", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(open(`sqlite://${folder}/file/parley.sqlite`)).rejects.toEqual(unopened(/cannot write to .*file/));
});

test("a folder in the place of the file is refused", async () => {
  await expect(open(`sqlite://${folder}`)).rejects.toEqual(unopened(/cannot write to/));
});

test("a file that is no database is refused and left alone", async () => {
  const file = join(folder, "notes.txt");
  await writeFile(file, "Dear diary, ".repeat(500));
  await expect(open(`sqlite://${file}`)).rejects.toEqual(unopened(/is not a SQLite database/));
  expect((await stat(file)).size).toBe(6000);
});

test("a folder without rights is refused", async () => {
  await chmod(folder, 0o555);
  await asAnyone(() => expect(open(`sqlite://${folder}/parley.sqlite`)).rejects.toEqual(unopened(/cannot write to/)));
  await asAnyone(() => expect(open(`sqlite://${folder}/data/parley.sqlite`)).rejects.toEqual(unopened(/cannot write/)));
});

test("a database that may only be read is refused at the start, not at the first question", async () => {
  const file = join(folder, "data/parley.sqlite");
  await (await open(`sqlite://${file}`)).close();
  await chmod(file, 0o444);
  await mkdir(join(folder, "data"), { recursive: true });
  await chmod(join(folder, "data"), 0o777);
  await chmod(folder, 0o755);
  await asAnyone(() => expect(open(`sqlite://${file}`)).rejects.toEqual(unopened(/cannot write to .*readonly/)));
});

/** Root may write everywhere, so root steps aside. */
async function asAnyone(step: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    await step();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
