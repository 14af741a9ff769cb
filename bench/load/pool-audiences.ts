import { type PoolPlace, placeAt, type Role } from '../servers/media-pool.ts';
import type { AudienceReport, ViewerJoin } from './load-client-protocol.ts';
import { summedAudiences } from './show-window.ts';

/** What viewers in one place received: the packets of each of them, and the delays of all. */
export type PlacedAudience = ReturnType<typeof summedAudiences>;

/** The times from the request to join to the first video in milliseconds, by where the viewer came. */
export type PlacedJoins = {
  origin: number[];
  /** The first viewer on each edge. */
  newEdge: number[];
  /** Those who came to an edge before its first viewer had a picture. */
  openingEdge: number[];
  /** Those who came to an edge where there was a picture already. */
  presentEdge: number[];
};

/** What the viewers received whose media server has this role. */
export function audienceWith(
  role: Role,
  audiences: readonly AudienceReport[],
  places: readonly PoolPlace[],
): PlacedAudience {
  return summedAudiences(audiences.filter(({ mediaPort }) => placeAt(places, mediaPort)?.role === role));
}

/** What the viewers received after 0, 1, 2 … bridges, as far as anybody is so far away. */
export function audiencesByDepth(audiences: readonly AudienceReport[], places: readonly PoolPlace[]): PlacedAudience[] {
  const furthest = Math.max(0, ...places.map(({ depth }) => depth));
  return Array.from({ length: furthest + 1 }, (_, depth) =>
    summedAudiences(audiences.filter(({ mediaPort }) => placeAt(places, mediaPort)?.depth === depth)),
  );
}

/** How many viewers each media server has: the origin first, then those with most. */
export function viewersOn(places: readonly PoolPlace[], audiences: readonly AudienceReport[]): number[] {
  const counts = places.map(({ pid, role }) => {
    const own = audiences.filter(({ mediaPort }) => placeAt(places, mediaPort)?.pid === pid);
    return { role, viewers: summedAudiences(own).received.length };
  });
  const rank = ({ role, viewers }: (typeof counts)[number]) => (role === 'origin' ? Number.POSITIVE_INFINITY : viewers);
  return counts.toSorted((one, other) => rank(other) - rank(one)).map(({ viewers }) => viewers);
}

/** Sorts the joins of one show by where the viewers came. Viewers who saw nothing are left out. */
export function placedJoins(joins: readonly ViewerJoin[], places: readonly PoolPlace[]): PlacedJoins {
  const sorted: PlacedJoins = { origin: [], newEdge: [], openingEdge: [], presentEdge: [] };
  /** When the first picture arrived over each edge, in microseconds; an edge is its process. */
  const pictureUs = new Map<number, number>();
  for (const { joinedUs, firstVideoMs, mediaPort } of joins.toSorted((a, b) => a.joinedUs - b.joinedUs)) {
    const place = placeAt(places, mediaPort);
    if (place === null || firstVideoMs === null) continue;
    const sinceUs = pictureUs.get(place.pid);
    if (place.role === 'origin') sorted.origin.push(firstVideoMs);
    else if (sinceUs === undefined) sorted.newEdge.push(firstVideoMs);
    else if (joinedUs < sinceUs) sorted.openingEdge.push(firstVideoMs);
    else sorted.presentEdge.push(firstVideoMs);
    pictureUs.set(place.pid, Math.min(sinceUs ?? Number.POSITIVE_INFINITY, joinedUs + firstVideoMs * 1_000));
  }
  return sorted;
}

/** The joins of several shows. */
export function mergedJoins(shows: readonly PlacedJoins[]): PlacedJoins {
  return {
    origin: shows.flatMap(({ origin }) => origin),
    newEdge: shows.flatMap(({ newEdge }) => newEdge),
    openingEdge: shows.flatMap(({ openingEdge }) => openingEdge),
    presentEdge: shows.flatMap(({ presentEdge }) => presentEdge),
  };
}
