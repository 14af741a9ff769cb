/** What a media server is to the audience of a show. */
export type Place = {
  /** `origin` and `edge` carry the show already; `none` would have to become an edge first. */
  role: 'origin' | 'edge' | 'none';
  /** How many viewers of this show are there. */
  viewers: number;
  /** How full the media server is, whatever fills it; 1 is full. */
  share: number;
  /** Whether the media server gets nothing if another one has room. */
  isSpared: boolean;
};

/** How many viewers of one show a media server may have. */
export type ViewerBudget = Readonly<{ origin: number; edge: number }>;

/**
 * Decides where the next viewer of a show goes: to the origin while it has room, then to the edge with most room, then to
 * the media server with most room, which becomes an edge. Nobody is turned away: if all are full, it is the one with the
 * fewest viewers in proportion to its budget.
 * @returns `null` if there is no place at all
 */
export function choosePlace<Choice extends Place>(places: readonly Choice[], budget: ViewerBudget): Choice | null {
  const withRoom = places.filter((place) => place.viewers < budgetOf(place, budget) && !place.isSpared);
  for (const role of ['origin', 'edge', 'none'] as const) {
    const emptiest = leastBy(
      withRoom.filter((place) => place.role === role),
      ({ share }) => share,
    );
    if (emptiest !== null) return emptiest;
  }
  const open = places.filter((place) => budgetOf(place, budget) > 0);
  const filling = (place: Place) => place.viewers / Math.max(1, budgetOf(place, budget)) + place.share;
  return leastBy(open.length > 0 ? open : places, filling);
}

/** The one with the lowest value, the first of several; `null` if there is none. */
export function leastBy<T>(all: readonly T[], measure: (one: T) => number): T | null {
  return all.reduce<T | null>((least, one) => (least === null || measure(one) < measure(least) ? one : least), null);
}

function budgetOf({ role }: Place, budget: ViewerBudget): number {
  return role === 'origin' ? budget.origin : budget.edge;
}
