/** A show, or a part of its audience, on one media server of a pool. */
export type PoolSiteView = {
  broadcastId: string;
  /** The presenter sends to the origin; an edge gets the show from there. */
  role: 'origin' | 'edge';
  viewers: number;
};

/** One media server of a pool. */
export type PoolMemberView = {
  /** Its address, without a secret. */
  name: string;
  /** `unreached` until it answers for the first time, `lost` since it stopped answering. */
  health: 'unreached' | 'up' | 'lost';
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
  members: (Omit<PoolMemberView, 'shows'> & { shows: (PoolSiteView & { channel: string | null })[] })[];
};
