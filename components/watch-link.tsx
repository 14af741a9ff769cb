import { CopyLink } from './copy-link.tsx';

type WatchLinkProps = { channel: string; variant?: 'primary' | 'secondary'; className?: string };

/** Copies the link for the audience. */
export function WatchLink({ channel, variant = 'secondary', className }: WatchLinkProps) {
  return (
    <CopyLink
      label="Copy watch link"
      // Without hash or query: nothing of the presenter's may travel with it.
      address={() => `${location.origin}/watch/${channel}`}
      variant={variant}
      className={className}
    />
  );
}
