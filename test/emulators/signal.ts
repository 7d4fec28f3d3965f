export type Signal<T> = {
  send(value: T): void;
  /** Hears every later value; returns how to stop hearing. */
  listen(hear: (value: T) => void): () => void;
};

/** Lets the state announce what happened without knowing who listens: the gateway, `until`, nobody. */
export function createSignal<T>(): Signal<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    send(value) {
      for (const hear of [...listeners]) hear(value);
    },
    listen(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}
