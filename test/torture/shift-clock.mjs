import { readFileSync } from "node:fs";

// Loaded before the bot (`node --import`): its clock is the machine's, moved by as many milliseconds as a file says. SIGUSR2 has it look again.

const real = globalThis.Date;
let ahead = 0;
look();
process.on("SIGUSR2", look);

globalThis.Date = new Proxy(real, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});

function now() {
  return real.now() + ahead;
}

function look() {
  ahead = Number(readFileSync(process.env["CLOCK_FILE"] ?? "", "utf8"));
}
