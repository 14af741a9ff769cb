'use client';

import { clsx } from 'clsx/lite';
import { CircleCheck, type LucideIcon, Radar, TriangleAlert, VideoOff, VolumeX, WifiOff } from 'lucide-react';
import { useFormatter, useTranslations } from 'use-intl';
import { useStore } from '../../lib/browser/page/use-store.ts';
import { type HealthLevel, type SenderHealth, smallerShare } from '../../lib/browser/rtc/sender-health.ts';
import type { SenderStatsMonitor } from '../../lib/browser/rtc/sender-stats-monitor.ts';
import { Card } from '../ui/card.tsx';
import { Sparkline } from './sparkline.tsx';

const looks: Record<HealthLevel, { icon: LucideIcon; tone: string }> = {
  checking: { icon: Radar, tone: 'text-ink-soft' },
  excellent: { icon: CircleCheck, tone: 'text-accent-text' },
  good: { icon: CircleCheck, tone: 'text-accent-text' },
  fair: { icon: TriangleAlert, tone: 'text-warn-text' },
  poor: { icon: TriangleAlert, tone: 'text-live-text' },
  'no-picture': { icon: VideoOff, tone: 'text-live-text' },
  'no-sound': { icon: VolumeX, tone: 'text-live-text' },
  nothing: { icon: WifiOff, tone: 'text-live-text' },
};

/** How well the show is sent, in words, and the figures of the last minute. */
export function SenderPanel({ watch }: { watch: SenderStatsMonitor }) {
  const t = useTranslations('studio.live.health');
  const textOf = useHealthText();
  const figures = useFigures();
  const { health, samples } = useStore(watch.state);
  const { title, advice } = textOf(health);
  const known = health.level === 'checking' ? null : health;
  const { icon: Icon, tone } = looks[health.level];
  return (
    <Card className="p-4 sm:px-5">
      <section aria-label={t('heading')}>
        <div className={clsx('flex gap-3', tone)}>
          <Icon className="mt-0.5 size-5 shrink-0" aria-hidden="true" />
          <div className="min-w-0">
            <p className="font-semibold tabular-nums">{title}</p>
            {advice !== null && <p className="mt-0.5 text-ink text-sm">{advice}</p>}
          </div>
        </div>
        {/* The line above changes constantly; the text for screen readers changes only when there is news. */}
        <p role="status" className="sr-only">
          {t(`said.${health.level}`)} {advice}
        </p>
        <div className="mt-3 grid grid-cols-3 gap-4 text-accent">
          <Sparkline
            name={t('bitrate')}
            points={samples.map(({ at, kbps }) => ({ at, value: kbps }))}
            now={known?.kbps ?? null}
            leastTop={500}
            write={figures.rate}
          />
          <Sparkline
            name={t('lost')}
            points={samples.map(({ at, lossShare }) => ({ at, value: lossShare }))}
            now={known?.lossShare ?? null}
            leastTop={0.05}
            write={figures.share}
          />
          <Sparkline
            name={t('roundTrip')}
            points={samples.map(({ at, roundTripMs }) => ({ at, value: roundTripMs }))}
            now={known?.roundTripMs ?? null}
            leastTop={200}
            write={figures.time}
          />
        </div>
      </section>
    </Card>
  );
}

/** How well the show is sent, in one line with figures, and advice where there is any. */
type HealthText = { title: string; advice: string | null };

/** Returns the text for the sender's health, in the language of the page. */
function useHealthText(): (health: SenderHealth) => HealthText {
  const t = useTranslations('studio.live.health');
  const figures = useFigures();
  return (health) => {
    const { level, cause, height, sourceHeight, frameShare, kbps, lossShare, roundTripMs } = health;
    const rate = figures.rate(kbps);
    if (level === 'checking') return { title: t('checking'), advice: null };
    if (level === 'nothing') return { title: t('nothing'), advice: t('advice.nothing') };
    if (cause === 'camera' || cause === 'format' || cause === 'sound-format')
      return { title: t(cause), advice: t(`advice.${cause}`) };
    if (level === 'excellent' || level === 'good' || cause === 'none') {
      const picture = height === null ? t('soundOnly', { rate }) : t('picture', { height: String(height), rate });
      return { title: t(level === 'excellent' ? 'excellent' : 'good', { figures: picture }), advice: null };
    }
    const info = {
      wanted: String(sourceHeight),
      height: String(height),
      share: figures.share(lossShare),
      time: figures.time(roundTripMs ?? 0),
    };
    if (cause === 'loss' || cause === 'delay') return { title: t(cause, info), advice: t(`advice.${cause}`) };
    const isSmaller = height !== null && sourceHeight !== null && height / sourceHeight < smallerShare;
    if (isSmaller) return { title: t(cause, info), advice: t(`advice.${cause}`) };
    const title = t(`lessMotion.${cause}`, { share: figures.share(frameShare ?? 0) });
    return { title, advice: t(`lessMotion.advice.${cause}`) };
  };
}

/** Formats the figures of a connection in the language of the page. */
type Figures = {
  /** 640 kbit/s, 2.4 Mbit/s */
  rate: (kbps: number) => string;
  /** A share of 0 … 1: 4 %, 0.5 % */
  share: (share: number) => string;
  /** 30 ms */
  time: (ms: number) => string;
};

/** Returns formatters for the figures of a connection. The unit symbols are the same in all languages. */
function useFigures(): Figures {
  const format = useFormatter();
  return {
    rate: (kbps) => {
      if (kbps < 1_000) return `${format.number(kbps, { maximumFractionDigits: 0 })} kbit/s`;
      return `${format.number(kbps / 1_000, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} Mbit/s`;
    },
    share: (share) =>
      format.number(share, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 }),
    time: (ms) => `${format.number(ms, { maximumFractionDigits: 0 })} ms`,
  };
}
