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

type BadgeProps = {
  tone?: BadgeTone;
  /** Whether it may have two lines where there is no room for one. */
  isLong?: boolean;
  children: ReactNode;
};

/** A state in a word or two. */
export function Badge({ tone = 'neutral', isLong = false, children }: BadgeProps) {
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1.5 px-2.5 py-1 font-semibold text-xs tabular-nums [&_svg]:size-3.5 [&_svg]:shrink-0',
        isLong ? 'rounded-2xl' : 'whitespace-nowrap rounded-full',
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
