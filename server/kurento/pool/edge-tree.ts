import type { Logger } from '../../logger.ts';
import { leastBy } from './placement.ts';
import type { PoolMember } from './pool-member.ts';
import type { Site } from './site.ts';

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
const mostBridges = 3;

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

/** The edges of a show, each of which is fed by the origin or by another edge. */
export class EdgeTree {
  readonly #edges = new Set<Site>();
  readonly #edgesPerSite: number;
  readonly #logger: Logger;

  /** @param edgesPerSite how many edges a site feeds, unless none has room for a further one */
  constructor(edgesPerSite: number, logger: Logger) {
    this.#edgesPerSite = edgesPerSite;
    this.#logger = logger;
  }

  get edges(): readonly Site[] {
    return [...this.#edges];
  }

  has(site: Site): boolean {
    return this.#edges.has(site);
  }

  on(member: PoolMember): Site | undefined {
    return this.edges.find((edge) => edge.member === member);
  }

  add(edge: Site): void {
    this.#edges.add(edge);
  }

  /** Returns false if the site is no edge. */
  remove(site: Site): boolean {
    return this.#edges.delete(site);
  }

  /**
   * The site that is to feed an edge. Nobody is turned away: if none has room, it is the origin.
   * @param edge `null` for a new one
   * @param former a site that cannot feed it
   */
  parentFor(edge: Site | null, origin: Site, former: Site | null = null): Site {
    const possible = [origin, ...this.#edges].filter(
      (site) => site !== former && (edge === null || !isAtOrBehind(site, edge)),
    );
    const choices = possible.map((site) => ({
      site,
      depth: depthOf(site),
      children: site.children.filter((child) => child !== edge).length,
      // The origin takes all edges along when it moves.
      isDraining: site !== origin && site.member.isDraining,
    }));
    const height = edge === null ? 0 : heightOf(edge);
    const chosen = chooseParent(choices, { height, edgesPerSite: this.#edgesPerSite });
    if (chosen !== null) return chosen.site;
    this.#logger.warn(
      { mediaServer: origin.member.name, edgesPerSite: this.#edgesPerSite, mostBridges },
      'No media server of this show has room for a further edge, so its origin feeds one more (EDGES_PER_MEDIA_SERVER)',
    );
    return origin;
  }

  /** Finds another parent for an edge, which keeps its viewers. */
  move(edge: Site, origin: Site): void {
    edge.feedFrom(this.parentFor(edge, origin, edge.parent));
  }

  /**
   * A bridge to an edge has failed. What the origin cannot reach is of no use; but another edge may be at fault itself.
   * @returns false if the edge has no other parent to try
   */
  repair(edge: Site, origin: Site): boolean {
    if (edge.parent === null || edge.parent === origin || edge.isRefeeding) return false;
    this.move(edge, origin);
    return true;
  }
}

function depthOf({ parent }: Site): number {
  return parent === null ? 0 : depthOf(parent) + 1;
}

function heightOf({ children }: Site): number {
  return Math.max(0, ...children.map((child) => heightOf(child) + 1));
}

function isAtOrBehind(site: Site, edge: Site): boolean {
  return site === edge || (site.parent !== null && isAtOrBehind(site.parent, edge));
}
