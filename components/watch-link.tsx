'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './ui/button.tsx';

type WatchLinkProps = { channel: string; variant?: 'primary' | 'secondary'; className?: string };

/** Copies the link for the audience; where pages may not copy, it is shown to be copied by hand. */
export function WatchLink({ channel, variant = 'secondary', className }: WatchLinkProps) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (outcome !== 'copied') return;
    const timer = setTimeout(() => setOutcome(null), 2_500);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(watchAddress(channel));
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  return (
    <div className={className}>
      <Button variant={variant} className="w-full" onClick={() => void copy()}>
        {outcome === 'copied' ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
        Copy watch link
      </Button>
      <p role="status" className="sr-only">
        {outcome === 'copied' && 'The link is copied.'}
      </p>
      {outcome === 'refused' && <p className="mt-2 select-all break-all text-sm">{watchAddress(channel)}</p>}
    </div>
  );
}

/** Without hash or query: nothing of the presenter's may travel with it. */
function watchAddress(channel: string): string {
  return `${location.origin}/watch/${channel}`;
}
