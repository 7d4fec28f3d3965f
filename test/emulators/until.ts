import type { Signal } from "./signal.ts";

/** How long anything is waited for: so long only where something is wrong, or the machine has much else to do. */
export const patienceMs = 40_000;

/** A world that tells when anything happens in it, and what it holds. */
export type Watched = { readonly changes: Signal<void>; dump(): string };

/**
 * Resolves once the predicate holds. It is looked at again after everything that happens, never by the clock; when time is up
 * the rejection shows what the world held.
 */
export async function until(world: Watched, predicate: () => boolean, timeoutMs: number): Promise<void> {
  if (predicate()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = new Error(`not within ${timeoutMs} ms: ${predicate}`);
  const timer = setTimeout(
    () => reject(Object.assign(late, { message: `${late.message}\n${world.dump()}` })),
    timeoutMs,
  );
  const deaf = world.changes.listen(() => {
    try {
      if (predicate()) resolve();
    } catch (error) {
      reject(error);
    }
  });
  await promise.finally(() => {
    clearTimeout(timer);
    deaf();
  });
}
