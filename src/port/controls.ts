/** A button under a reply. Adapters draw it, and report a press as the command it names. */
export type Control = {
  readonly command: "stop" | "go-on" | "retry";
  readonly label: string;
};
