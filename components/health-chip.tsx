'use client';

import { type LucideIcon, TriangleAlert, VideoOff, VolumeX, WifiOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { HealthLevel } from '../lib/browser/sender-health.ts';
import type { SenderWatch } from '../lib/browser/sender-watch.ts';
import { useStore } from '../lib/browser/use-store.ts';
import { LiveChip } from './live-chip.tsx';

const icons = {
  poor: TriangleAlert,
  'no-picture': VideoOff,
  'no-sound': VolumeX,
  nothing: WifiOff,
} as const satisfies Partial<Record<HealthLevel, LucideIcon>>;

/** A warning while the show goes out badly; nothing while all is well. */
export function HealthChip({ watch }: { watch: SenderWatch }) {
  const t = useTranslations('studio.live.health');
  const { level } = useStore(watch.state).health;
  return isTold(level) ? <LiveChip icon={icons[level]}>{t(level)}</LiveChip> : null;
}

function isTold(level: HealthLevel): level is keyof typeof icons {
  return level in icons;
}
