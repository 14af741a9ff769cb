'use client';

import { TriangleAlert, WifiOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { SenderWatch } from '../lib/browser/sender-watch.ts';
import { useSender } from '../lib/browser/use-sender.ts';
import { LiveChip } from './live-chip.tsx';

/** A warning while the show goes out badly; nothing while all is well. */
export function HealthChip({ watch }: { watch: SenderWatch }) {
  const t = useTranslations('studio.live.health');
  const { level } = useSender(watch).health;
  if (level !== 'poor' && level !== 'nothing') return null;
  return <LiveChip icon={level === 'poor' ? TriangleAlert : WifiOff}>{t(level)}</LiveChip>;
}
