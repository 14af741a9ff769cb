import { leastBy } from './placement.ts';

/** A site that may feed an edge. */
export type ParentChoice = {
  /** How many bridges the show takes to get there; 0 is the origin. */
  depth: number;
  /** How many edges it feeds already. */
  children: number;
  /** Whether it is an edge whose media server is to become empty. */
  isDraining: boolean;
};

/** The most bridges one after the other that a show takes to get to a viewer. */
export const mostBridges = 3;

/**
 * Decides which site feeds an edge: the one that the fewest bridges lead to, and of several of those the one that feeds
 * the fewest edges.
 * @param height how many bridges the show takes from the edge to the furthest one behind it; 0 if there is none
 * @param edgesPerSite how many edges a site may feed
 * @returns `null` if none has room
 */
export function chooseParent<Choice extends ParentChoice>(
  choices: readonly Choice[],
  { height, edgesPerSite }: { height: number; edgesPerSite: number },
): Choice | null {
  const withRoom = choices.filter(
    ({ depth, children, isDraining }) => !isDraining && children < edgesPerSite && depth + 1 + height <= mostBridges,
  );
  const nearest = Math.min(...withRoom.map(({ depth }) => depth));
  return leastBy(
    withRoom.filter(({ depth }) => depth === nearest),
    ({ children }) => children,
  );
}
