'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { watchAddress } from '../../lib/browser/watch/watch-address.ts';
import { Button } from '../ui/button.tsx';

type CopyLinkProps = {
  /** Returns the address. Called only in a browser. */
  address: () => string;
  label: string;
  /** The confirmation once it is copied. By default it says that the link was copied. */
  copied?: string;
  variant?: 'primary' | 'secondary';
  className?: string | undefined;
};

/** Copies a link. Where pages may not copy, the link is shown so that it can be copied by hand. */
export function CopyLink({ address, label, copied, variant = 'secondary', className }: CopyLinkProps) {
  const t = useTranslations('studio.share');
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (outcome !== 'copied') return;
    const timer = setTimeout(() => setOutcome(null), 2_500);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address());
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  return (
    <div className={className}>
      <Button variant={variant} className="w-full" onClick={() => void copy()}>
        {outcome === 'copied' ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
        {outcome === 'copied' ? <CopiedLabel label={label} text={t('copiedShort')} /> : label}
      </Button>
      <p role="status" className="sr-only">
        {outcome === 'copied' && (copied ?? t('copied'))}
      </p>
      {outcome === 'refused' && <p className="mt-2 select-all break-all text-sm">{address()}</p>}
    </div>
  );
}

/** The visible text changes. The button keeps its name, and screen readers read out the message next to it. */
function CopiedLabel({ label, text }: { label: string; text: string }) {
  return (
    <>
      <span aria-hidden="true">{text}</span>
      <span className="sr-only">{label}</span>
    </>
  );
}

type WatchLinkProps = { channel: string; variant?: 'primary' | 'secondary'; className?: string };

/** Copies the link for the audience. */
export function WatchLink({ channel, variant = 'secondary', className }: WatchLinkProps) {
  const t = useTranslations('watch');
  return (
    <CopyLink
      label={t('copyWatchLink')}
      // Without hash or query: nothing of the presenter's may be passed on with it.
      address={() => watchAddress(location.origin, channel)}
      variant={variant}
      className={className}
    />
  );
}
