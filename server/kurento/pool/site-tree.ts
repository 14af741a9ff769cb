import type { Logger } from '../../logger.ts';
import { chooseParent, mostBridges } from './parent-choice.ts';
import type { PoolMember } from './pool-member.ts';
import type { Site } from './site.ts';

/** The parts of a tree. */
export type SiteTreeParts = {
  /** How many edges a site feeds, unless none has room for a further one. */
  edgesPerSite: number;
  /** Opens a site that `parent` feeds, or the presenter if that is `null`. */
  open: (member: PoolMember, parent: Site | null) => Site;
  logger: Logger;
};

/** The sites of a show: the origin, to which the presenter sends, and edges, each fed by the origin or by another edge. */
export class SiteTree {
  readonly #parts: SiteTreeParts;
  readonly #edges = new Set<Site>();
  #origin: Site;
  #nextOrigin: Site | null = null;

  /** @param member the media server of the origin */
  constructor(member: PoolMember, parts: SiteTreeParts) {
    this.#parts = parts;
    this.#origin = parts.open(member, null);
  }

  get origin(): Site {
    return this.#origin;
  }

  /** The site that is to take the place of the origin as soon as the presenter's media flows there. */
  get nextOrigin(): Site | null {
    return this.#nextOrigin;
  }

  get all(): readonly Site[] {
    const next = this.#nextOrigin;
    return [...new Set([this.#origin, ...this.#edges, ...(next === null ? [] : [next])])];
  }

  /** How many viewers are on edges. */
  get viewersOnEdges(): number {
    return [...this.#edges].reduce((sum, { viewers }) => sum + viewers, 0);
  }

  /** The edge on a media server. */
  edgeOn(member: PoolMember): Site | undefined {
    return [...this.#edges].find((edge) => edge.member === member);
  }

  openEdge(member: PoolMember): Site {
    const edge = this.#parts.open(member, this.#parentFor(null));
    this.#edges.add(edge);
    return edge;
  }

  /** Returns false if the site is no edge. */
  removeEdge(site: Site): boolean {
    return this.#edges.delete(site);
  }

  /** Opens the next origin, unless there is an edge, which then is it. */
  openNextOrigin(member: PoolMember): Site {
    this.#nextOrigin = this.edgeOn(member) ?? this.#parts.open(member, null);
    return this.#nextOrigin;
  }

  /** Does without a next origin. An edge stays one. */
  dropNextOrigin(): void {
    const next = this.#nextOrigin;
    this.#nextOrigin = null;
    if (next !== null && !this.#edges.has(next)) void next.close();
  }

  /**
   * The next origin takes the place of the origin, and of what that has fed; edges that feed others go on with that.
   * @param former whether the former origin becomes an edge, or is lost
   */
  replaceOrigin(next: Site, former: 'edge' | 'lost'): void {
    const before = this.#origin;
    this.#origin = next;
    this.#nextOrigin = null;
    this.#edges.delete(next);
    next.becomeOrigin();
    if (former === 'edge') {
      this.#edges.add(before);
      before.feedFrom(next);
    }
    this.moveChildren(before);
  }

  /** Finds other parents for all edges that a site feeds, which keep their viewers. */
  moveChildren(site: Site): void {
    for (const child of site.children) this.#move(child);
  }

  /** The same, one after the other. */
  async moveChildrenInTurn(site: Site, signal: AbortSignal): Promise<void> {
    for (const child of site.children) {
      if (signal.aborted) return;
      if (child.parent !== site) continue;
      this.#move(child);
      await child.refed;
    }
  }

  /**
   * A bridge to an edge has failed. What the origin cannot reach is of no use; but another edge may be at fault itself.
   * @returns false if the edge has no other parent to try
   */
  repair(edge: Site): boolean {
    if (edge.parent === null || edge.parent === this.#origin || edge.isRefeeding) return false;
    this.#move(edge);
    return true;
  }

  #move(edge: Site): void {
    edge.feedFrom(this.#parentFor(edge));
  }

  /**
   * The site that is to feed an edge in the place of its parent. Nobody is turned away: if none has room, it is the origin.
   * @param edge `null` for a new one
   */
  #parentFor(edge: Site | null): Site {
    const origin = this.#origin;
    const choices = [origin, ...this.#edges]
      .filter((site) => edge === null || (site !== edge.parent && !isAtOrBehind(site, edge)))
      .map((site) => ({
        site,
        depth: depthOf(site),
        children: site.children.length,
        // The origin takes all edges along when it moves.
        isDraining: site !== origin && site.member.isDraining,
      }));
    const { edgesPerSite, logger } = this.#parts;
    const chosen = chooseParent(choices, { height: edge === null ? 0 : heightOf(edge), edgesPerSite });
    if (chosen !== null) return chosen.site;
    logger.warn(
      { mediaServer: origin.member.name, edgesPerSite, mostBridges },
      'No media server of this show has room for a further edge, so its origin feeds one more (EDGES_PER_MEDIA_SERVER)',
    );
    return origin;
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
