import { Badge } from './badge.tsx';

/** The red that means "live", and the word with it: colour alone tells nothing to some. */
export function LiveBadge() {
  return (
    <Badge tone="live">
      <span className="size-2 animate-pulse-live rounded-full bg-current" aria-hidden="true" />
      Live
    </Badge>
  );
}
