/** The addresses of the pool. */
export const poolPaths = {
  report: '/api/pool',
  /** To `drain` a media server, or to use it again. */
  change: (id: string, verb: 'drain' | 'undrain') => `/api/pool/${id}/${verb}`,
} as const;

/** A show, or a part of its audience, on one media server of a pool. */
export type PoolSiteView = {
  broadcastId: string;
  /** The presenter sends to the origin; an edge gets the show from there, or from another edge. */
  role: 'origin' | 'edge';
  /** The id of the media server from which an edge gets the show; `null` for the origin. */
  parent: string | null;
  viewers: number;
  /** The channel, where the web server that has the show has said it. */
  channel?: string | null;
};

/** One media server of a pool. */
export type PoolMemberView = {
  /** A short text that stands for the name in addresses. */
  id: string;
  /** Its address, without a secret. */
  name: string;
  /** `unreached` until it answers for the first time, `lost` since it stopped answering. */
  health: 'unreached' | 'up' | 'lost';
  /** Whether it is to become empty, and whether it is. */
  drain: 'none' | 'draining' | 'drained';
  /** Whether it gets nothing as long as another one has room: its processors have none, or it came back only now. */
  isSpared: boolean;
  load: {
    /** How many connections were placed there: viewers, and one for each show and each edge. */
    endpoints: number;
    /** How much of its processors it uses, in percent; `null` if it does not say. */
    usedCpu: number | null;
    /** How full it is by what was placed there, or by the use of its processors if that is high; 1 is full. */
    share: number;
  };
  shows: PoolSiteView[];
};

/** The media servers of a pool. */
export type PoolView = { members: PoolMemberView[] };

/** The body of `GET /api/pool`. A connection test has no channel. */
export type PoolReport = {
  members: (Omit<PoolMemberView, 'shows'> & {
    shows: (Omit<PoolSiteView, 'channel'> & { channel: string | null })[];
  })[];
};
