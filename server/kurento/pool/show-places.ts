import type { AvoidedMembers } from './avoided-members.ts';
import { choosePlace, leastBy, type ViewerBudget } from './placement.ts';
import type { PoolMember } from './pool-member.ts';
import type { SiteTree } from './site-tree.ts';

/** A show on the media servers of a pool. */
type Show = {
  tree: SiteTree;
  /** The media servers of the pool that take something now. */
  members: readonly PoolMember[];
};

/**
 * The media server for the next viewer of a show; the origin if there is no other.
 * @param tried those that could not take this viewer
 */
export function placeOfViewer(
  { tree, members }: Show,
  budget: ViewerBudget,
  avoided: AvoidedMembers,
  tried: ReadonlySet<PoolMember>,
): PoolMember {
  const { origin } = tree;
  const places = members
    .filter((one) => one === origin.member || (!tried.has(one) && !avoided.has(one)))
    .map((member) => {
      const { share, isSpared } = member;
      const load = { member, share, isSpared };
      if (member === origin.member) return { ...load, role: 'origin' as const, viewers: origin.viewers };
      const edge = tree.edgeOn(member);
      return { ...load, role: edge === undefined ? 'none' : 'edge', viewers: edge?.viewers ?? 0 } as const;
    });
  return choosePlace(places, budget)?.member ?? origin.member;
}

/**
 * The media server to which the presenter is to send in the place of the present one: the one without an edge that has
 * most room; otherwise one with an edge, which becomes the origin.
 * @returns `null` if there is none
 */
export function placeOfNextOrigin({ tree, members }: Show): PoolMember | null {
  const others = members.filter((one) => one !== tree.origin.member && !one.isDraining);
  const wishes = [(one: PoolMember) => !one.isSpared && tree.edgeOn(one) === undefined, () => true];
  const choices = wishes.map((wish) => leastBy(others.filter(wish), ({ share }) => share));
  return choices.find((choice) => choice !== null) ?? null;
}
