import { openSharedAccess, type SharedAccess } from '../access/shared-access.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { Seats } from '../broadcast/seats.ts';
import type { SavedUpcoming, UpcomingShows } from '../broadcast/upcoming-shows.ts';
import type { Journals } from '../conversation/journals.ts';
import type { Gates } from '../gates/gates.ts';
import { ChannelOwners } from './channel-owners.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { FormerPipelines, type FoundPipelines } from './former-pipelines.ts';
import type { Membership } from './membership.ts';
import type { RecordingClaims } from './recording-claims.ts';
import type { RedisOptions } from './redis-connection.ts';
import { type RegisteredServer, readRegistered } from './registered-servers.ts';
import { SharedCapacity } from './shared-capacity.ts';
import { SharedLimits } from './shared-limits.ts';
import { SharedPool, withSecret } from './shared-pool.ts';
import type { SharedThumbnails } from './shared-thumbnails.ts';

/** The parts of the application with which a web server owns channels. */
type OwningParts = {
  registry: BroadcastRegistry;
  gateway: { findBroadcast(broadcastId: string): Promise<FoundPipelines> };
  /** Whether the media servers, and the links on them, live on when this web server stops. */
  linksOutlive: boolean;
  library: {
    shared: { adopt(recordingId: string): Promise<void> };
    refresh(): Promise<void>;
    archive: { refreshSoon(): void; letGo(recordingId: string): void; resume(): void } | null;
  };
  upcoming: UpcomingShows;
};

/** What a web server does about its channels. */
type Owning = {
  /** What signalling needs. */
  signaling: {
    cluster: Cluster;
    locate: (channel: string) => Promise<string>;
    claim: (channel: string) => Promise<void>;
  };
  /** Leaves the shows to the other web servers, which go on with them at once, or to the next run. Never rejects. */
  handOver(): Promise<void>;
  /** Stops: the shows go on at other web servers, or end if there are none. Never rejects. */
  end(): Promise<void>;
  close(): void;
};

/** The pool of this web server, the secret of its media servers, and the channels of the shows on it. */
type SharingParts = Pick<ConstructorParameters<typeof SharedPool>[0], 'pool' | 'secret' | 'channelOf'>;

/** What one of several web servers has in place of files. */
export type JoinedCluster = {
  membership: Membership;
  /** Which web server works on which recording in the store. */
  recordings: RecordingClaims;
  access: SharedAccess;
  /** What happened in the conversations of the shows that are on. */
  journals: Journals;
  thumbnails: SharedThumbnails;
  announcements: { load(): Promise<SavedUpcoming[]>; save(shows: readonly SavedUpcoming[]): Promise<void> };
  /** Lets what counts at the other web servers count here. */
  shareLimits(gates: Gates): { close(): void };
  /** Lets viewers and broadcasts of the other web servers count for the limits here. */
  shareCapacity(parts: { seats: Seats; registry: BroadcastRegistry }): { close(): void };
  startOwning(parts: OwningParts): Owning;
  /**
   * The media servers that have registered themselves, with the secret in their addresses.
   * @throws AppError `cluster-unavailable`
   */
  registeredServers(secret: string | null): Promise<RegisteredServer[]>;
  /** Shares the pool of media servers with the other web servers. */
  sharePool(parts: SharingParts): SharedPool;
  close(): Promise<void>;
};

/**
 * Joins the other web servers that share a Redis.
 * @throws AppError `cluster-unavailable` if it does not answer
 */
export async function joinCluster({ url, logger }: RedisOptions): Promise<JoinedCluster> {
  const cluster = await openCluster({ url, logger });
  const { membership, saved, sessionSecret, list } = cluster;
  const access = await openSharedAccess({ sessionSecret, list, logger }).catch(async (error: unknown) => {
    await cluster.close();
    throw error;
  });
  return {
    membership,
    recordings: cluster.recordings,
    access,
    journals: cluster.journals,
    thumbnails: cluster.thumbnails,
    announcements: {
      load: async () => cluster.upcoming.items(),
      save: (shows) => cluster.upcoming.save(shows),
    },
    shareLimits: (gates) => new SharedLimits({ gates, membership, messenger: cluster.messenger }),
    shareCapacity: (parts) => new SharedCapacity({ ...parts, membership, messenger: cluster.messenger }),
    startOwning: ({ registry, gateway, linksOutlive, library, upcoming }) => {
      cluster.upcoming.onChanged((channel, show) => upcoming.put(channel, show));
      const unfollow = followRecordings(cluster, library);
      const owners = new ChannelOwners({
        ...{ membership, saved, registry, logger },
        former: new FormerPipelines({ find: (broadcastId) => gateway.findBroadcast(broadcastId), logger }),
        adoptRecording: (recordingId) => library.shared.adopt(recordingId),
      });
      const handOver = async (links: 'close' | 'go-on') => {
        await registry.suspend();
        const tell = await owners.giveUpAll(links);
        await cluster.leave();
        tell();
      };
      return {
        signaling: {
          cluster,
          locate: (channel) => owners.locate(channel),
          claim: (channel) => owners.claim(channel),
        },
        // After a fault, nothing that is left can be relied on.
        handOver: () => handOver('close'),
        end: async () => {
          await membership.heartbeat();
          if (membership.others.size > 0) return await handOver(linksOutlive ? 'go-on' : 'close');
          await registry.close();
          await saved.save(registry.save());
          await cluster.leave();
        },
        close: () => {
          unfollow();
          owners.close();
        },
      };
    },
    registeredServers: async (secret) =>
      secret === null ? [] : withSecret(await readRegistered(cluster.redis, secret), secret),
    sharePool: (parts) => new SharedPool({ ...cluster, ...parts, logger }),
    close: () => cluster.close(),
  };
}

/** Follows what other web servers do with the store for recordings. @returns what stops that */
function followRecordings({ messenger, membership }: Cluster, library: OwningParts['library']): () => void {
  const { archive } = library;
  if (archive === null) return () => {};
  const stops = [
    messenger.follow((message) => {
      if (message.type !== 'recordings') return;
      if (message.letGo === null) archive.refreshSoon();
      else archive.letGo(message.letGo);
    }),
    membership.follow({
      // What they were about to store is stored here, if the folder is a shared one.
      rosterChanged: ({ left }) => {
        if (left.length > 0) void library.refresh().then(() => archive.resume());
      },
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
