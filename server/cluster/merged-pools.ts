import type { PoolMemberView, PoolView } from '../../lib/pool-view.ts';

/**
 * The pool as all web servers see it together: each media server once, with the shows of all of them.
 * @param own what this web server has placed; its load counts what the others placed as well
 * @param others what each of the other web servers has placed
 */
export function mergePools(own: PoolView, others: readonly (readonly PoolMemberView[])[]): PoolView {
  const merged = new Map(own.members.map((member) => [member.id, member]));
  for (const member of others.flat()) {
    const present = merged.get(member.id);
    merged.set(member.id, present === undefined ? member : withShows(present, member));
  }
  return { members: [...merged.values()].map(withState) };
}

function withShows(present: PoolMemberView, other: PoolMemberView): PoolMemberView {
  return { ...present, shows: [...present.shows, ...other.shows] };
}

/** A media server is empty when nobody has anything there. */
function withState(member: PoolMemberView): PoolMemberView {
  const endpoints = member.shows.reduce((sum, { viewers }) => sum + viewers + 1, 0);
  const drain = member.drain === 'none' ? 'none' : endpoints > 0 ? 'draining' : 'drained';
  return { ...member, drain, load: { ...member.load, endpoints } };
}
