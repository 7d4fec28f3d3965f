import type { Reply } from "./answers.ts";
import type { Failure } from "./failures.ts";
import type { People } from "./people.ts";
import type { Interactions } from "./people-interactions.ts";
import type { AddedTeam, ChannelWish, TeamWish, UserWish } from "./places.ts";
import type {
  ChannelRecord,
  DeliveryRecord,
  EphemeralRecord,
  InteractionRecord,
  Json,
  MessageRecord,
  PromptsRecord,
  RateLimitedRecord,
  RequestRecord,
  StatusRecord,
  TeamRecord,
  UserRecord,
  ViewRecord,
} from "./records.ts";
import type { Ref } from "./refs.ts";

export type Slack = People &
  Interactions & {
    /** For `clientOptions.slackApiUrl`. */
    readonly apiUrl: string;
    readonly botToken: string;
    readonly appToken: string;
    readonly signingSecret: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly appId: string;
    readonly team: TeamRecord;
    readonly botUserId: string;
    readonly botId: string;
    /** #general: the bot and everybody are in it. */
    readonly channel: ChannelRecord;
    /** Who acts where a test names nobody. */
    readonly someone: UserRecord;
    /** Another workspace; its token works after OAuth, or at once if `installed`. */
    addTeam(wish?: TeamWish): AddedTeam;
    addChannel(wish?: ChannelWish): ChannelRecord;
    addUser(name: string, wish?: UserWish): UserRecord;
    /** The direct-message channel of the bot and a person. */
    direct(user: Ref): ChannelRecord;

    /** Takes the app out of the workspace: two events, then dead tokens. */
    uninstall(team?: Ref): void;
    /** The two events of a removal that has been undone since: Slack may deliver them late. */
    tellUninstalled(team?: Ref): void;
    /** Kills the bot's token without telling it. */
    revoke(team?: Ref): void;
    /** What the install page would hand to the redirect address: a code for `oauth.v2.access`. */
    install(team?: Ref): string;

    /** What stands in a place now, oldest first: outside of threads, or the replies of one. */
    messages(place: Ref, thread?: Ref): readonly MessageRecord[];
    message(ts: Ref): MessageRecord | undefined;
    ephemerals(place: Ref): readonly EphemeralRecord[];
    statuses(channel: Ref, thread: Ref): readonly StatusRecord[];
    sessions(channel: Ref, thread: Ref): readonly StatusRecord[];
    prompts(channel: Ref): readonly PromptsRecord[];
    readonly views: readonly ViewRecord[];
    readonly interactions: readonly InteractionRecord[];
    readonly requests: readonly RequestRecord[];
    readonly rateLimited: readonly RateLimitedRecord[];
    /** Calls that the official documents or a limit refuse, and whatever else a correct bot never does. */
    readonly problems: readonly string[];
    readonly deliveries: readonly DeliveryRecord[];
    /** How often a message's events were sent to the bot, and which of them it acknowledged. */
    deliveriesOf(message: Ref): readonly DeliveryRecord[];
    readonly sockets: { readonly opened: number; readonly live: number };

    until(predicate: () => boolean, timeoutMs?: number): Promise<void>;
    /** Resolves once events can be delivered. */
    ready(timeoutMs?: number): Promise<void>;
    /** Where events, commands and interactions are posted in HTTP mode. */
    deliverTo(url: string): void;
    fail(failure: Failure): void;
    /** A call of the workspace's bot without a wire, for a client that is none; undefined where its connection is cut. */
    call(method: string, args: Json): Promise<Reply | undefined>;
    /** Cuts the sockets without a word. */
    dropSockets(): void;
    /** Asks the bot to connect anew, as Slack does every few hours. */
    refreshSockets(): void;
    /** Ends all live streams, as their time would. */
    expireStreams(): void;
    stop(): Promise<void>;
  };
