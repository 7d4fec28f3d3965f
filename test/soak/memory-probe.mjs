// Loaded into the bot's process before all else: says on request what its heap holds once the garbage is gone.
process.on("message", () => {
  globalThis.gc();
  globalThis.gc();
  process.send(process.memoryUsage());
});
process.channel.unref();
