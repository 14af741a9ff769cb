'use client';

import { clsx } from 'clsx/lite';
import { CircleCheck, type LucideIcon, Radar, TriangleAlert, VideoOff, VolumeX, WifiOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { HealthLevel } from '../lib/browser/sender-health.ts';
import type { SenderWatch } from '../lib/browser/sender-watch.ts';
import { useStore } from '../lib/browser/use-store.ts';
import { Sparkline } from './sparkline.tsx';
import { Card } from './ui/card.tsx';
import { useFigures } from './use-figures.ts';
import { useHealthText } from './use-health-text.ts';

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

/** How well the show goes out, in words, and the figures of the last minute. */
export function SenderPanel({ watch }: { watch: SenderWatch }) {
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
        {/* The line above counts; what is read out changes only when there is news. */}
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
