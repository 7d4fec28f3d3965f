/**
 * Lets whoever shows an answer say when it could use more of it. What comes meanwhile waits as it came: it is read in one go, when it is
 * wanted, instead of token by token. Nobody has to heed it: a source that does not is only read more often.
 */
export interface Demand {
  /** More could be used now. */
  readonly isOpen: boolean;
  /** No more can be used until `open`. */
  close(): void;
  /** Resolves when what waited is handed on; undefined where nothing waited. */
  open(): Promise<void> | undefined;
  /** `handOn` hands on what waits. One source at a time. */
  serve(handOn: () => Promise<void> | undefined): void;
}

export function createDemand(): Demand {
  let isOpen = true;
  let handOn: () => Promise<void> | undefined = () => undefined;
  return {
    get isOpen() {
      return isOpen;
    },
    close() {
      isOpen = false;
    },
    open() {
      isOpen = true;
      return handOn();
    },
    serve(source) {
      handOn = source;
    },
  };
}
