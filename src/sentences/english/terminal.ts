/** In a terminal. */
export const terminal = {
  unknownCommand: (known: string) => `There is no such command. The commands are: ${known}.`,
  choice: (key: number, label: string) => `Type ${key}: ${label}`,
  you: "you",
};
