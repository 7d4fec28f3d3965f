// A distributed app is installed by workspaces that its admin has never seen, each of which gives it a token of its own.
// These are kept in the store, found by the workspace of an event, and renewed where they run out.
// An installation begins with a signed state that works once, so that nobody can have another's workspace installed.

import type { Installation, InstallationQuery, InstallationStore } from "@slack/bolt";
import type { AdapterNotes } from "../../../src/port/index.ts";

/** Where the bot is installed, and by which tokens it speaks there. */
export function createInstallations(
  notes: AdapterNotes,
): InstallationStore & Required<Pick<InstallationStore, "deleteInstallation">> {
  return {
    async storeInstallation(installation) {
      const { team, enterprise, isEnterpriseInstall } = installation;
      const id = isEnterpriseInstall ? enterprise?.id : team?.id;
      if (id === undefined) throw new Error("Slack named neither a workspace nor an organization");
      await notes.set(nameOf(id), JSON.stringify(installation));
    },
    async fetchInstallation(query) {
      for (const id of idsOf(query)) {
        const text = await notes.get(nameOf(id));
        if (text !== undefined) return JSON.parse(text) as Installation<"v1" | "v2", boolean>;
      }
      throw new NotInstalled(
        `the app is not installed in the workspace ${query.teamId}, or that was lost: install it again`,
      );
    },
    async deleteInstallation(query) {
      const [own] = idsOf(query); // taken out of one workspace, it stays in the organization
      if (own !== undefined) await notes.delete(nameOf(own));
    },
  };
}

/** Whatever comes from there cannot be answered, however long it is kept. */
class NotInstalled extends Error {}

/** Slack's SDK wraps it, more than once. */
export const isNotInstalled = (error: unknown): boolean =>
  error instanceof NotInstalled || (error instanceof Error && "original" in error && isNotInstalled(error.original));

/** An installation for a whole organization serves its workspaces too. */
function idsOf({ teamId, enterpriseId, isEnterpriseInstall }: InstallationQuery<boolean>): readonly string[] {
  const ids = isEnterpriseInstall ? [enterpriseId] : [teamId, enterpriseId];
  return ids.filter((id) => id !== undefined);
}

const nameOf = (id: string): string => `installation ${id}`;
