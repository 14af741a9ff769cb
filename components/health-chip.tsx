'use client';

import { type LucideIcon, TriangleAlert, VideoOff, WifiOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { SenderWatch } from '../lib/browser/sender-watch.ts';
import { useSender } from '../lib/browser/use-sender.ts';
import { LiveChip } from './live-chip.tsx';

const icons: Record<'poor' | 'no-picture' | 'nothing', LucideIcon> = {
  poor: TriangleAlert,
  'no-picture': VideoOff,
  nothing: WifiOff,
};

/** A warning while the show goes out badly; nothing while all is well. */
export function HealthChip({ watch }: { watch: SenderWatch }) {
  const t = useTranslations('studio.live.health');
  const { level } = useSender(watch).health;
  if (level !== 'poor' && level !== 'no-picture' && level !== 'nothing') return null;
  return <LiveChip icon={icons[level]}>{t(level)}</LiveChip>;
}
