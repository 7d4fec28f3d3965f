import { parseArgs } from "node:util";
import type { Pace } from "./config/pace.ts";
import { readEnv } from "./config/read-env.ts";
import type { Settings } from "./config/settings.ts";
import { fail } from "./exit.ts";
import { StartError } from "./port/index.ts";
import { systemClock } from "./runtime/clock.ts";
import { sentences } from "./sentences/sentences.ts";

/** What is typed behind the program's name. What takes long to load is loaded where it is needed. */
export async function cli(pace: Pace): Promise<void> {
  process.umask(0o077); // what people said is nobody else's on this machine
  try {
    const {
      values: { heartbeat, ...wish },
      positionals: [file],
    } = parseArgs({
      allowPositionals: process.argv.some((given) => given === "--backup" || given === "--restore"),
      options: {
        backup: { type: "boolean" },
        restore: { type: "boolean" },
        heartbeat: { type: "string" },
        "slack-manifest": { type: "boolean" },
        url: { type: "string" },
        distribute: { type: "boolean" },
      },
    });
    if (wish["slack-manifest"]) return await printManifest(wish);
    const settings = readSettings();
    if (wish.restore) return await restoreStore(settings, file);
    if (wish.backup) return await backUpStore(settings, file);
    const { run } = await import("./run.ts");
    await run(settings, { pace, heartbeat });
  } catch (error) {
    process.exitCode = fail(error, []);
  }
}

async function printManifest({ url, distribute }: { readonly url?: string; readonly distribute?: boolean }) {
  const { toManifest } = await import("../adapters/slack/app/manifest.ts");
  const { commandSpecs } = await import("./commands/catalog.ts");
  const manifest = toManifest(commandSpecs, { publicUrl: url, distributed: distribute });
  process.stdout.write(`${JSON.stringify(manifest, undefined, 2)}\n`);
}

async function backUpStore({ STORE_URL: url }: Settings, target: string | undefined): Promise<void> {
  const { backUp } = await import("./store/backup.ts");
  const { file, rows } = backUp(url, target, systemClock.now());
  process.stdout.write(`${sentences.start.backup.done(file, rows)}\n`);
}

async function restoreStore({ STORE_URL: url }: Settings, source: string | undefined): Promise<void> {
  if (source === undefined) throw new StartError(sentences.start.backup.which);
  const { restore } = await import("./store/backup.ts");
  const { file, rows, before } = restore(url, source, systemClock.now());
  process.stdout.write(`${sentences.start.backup.restored(file, rows, before)}\n`);
}

function readSettings(): Settings {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return readEnv(process.env);
}
