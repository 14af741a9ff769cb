import { clsx } from 'clsx/lite';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

/** The meaning of a badge, which sets its colour. */
export type BadgeTone = 'neutral' | 'accent' | 'live' | 'danger' | 'warning' | 'stage';

const tones: Record<BadgeTone, string> = {
  neutral: 'bg-sunken text-ink-soft',
  accent: 'bg-accent-soft text-accent-text',
  live: 'bg-live text-live-ink',
  danger: 'bg-live-soft text-live-text',
  warning: 'bg-warn-soft text-warn-text',
  stage: 'bg-stage-raised/85 text-stage-ink',
};

/** A state in a word or two. */
export function Badge({ tone = 'neutral', children }: { tone?: BadgeTone; children: ReactNode }) {
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1.5 whitespace-nowrap rounded-full px-2.5 py-1 font-semibold text-xs tabular-nums [&_svg]:size-3.5',
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}

/** The red that means "live", together with the word: some people cannot tell colours apart. */
export function LiveBadge() {
  const t = useTranslations('library');
  return (
    <Badge tone="live">
      <span className="size-2 animate-pulse-live rounded-full bg-current" aria-hidden="true" />
      {t('live')}
    </Badge>
  );
}
