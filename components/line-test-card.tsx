'use client';

import { useTranslations } from 'use-intl';
import { LineTestPanel } from './line-test-panel.tsx';
import { Card } from './ui/card.tsx';

/** The presenter's test before the show; there is something to test as soon as there is a picture or sound. */
export function LineTestCard({ stream }: { stream: MediaStream | null }) {
  const t = useTranslations('line');
  if (stream === null) return null;
  return (
    <Card className="p-5 sm:p-6">
      <h2 className="mb-1 font-semibold text-lg">{t('presenterTitle')}</h2>
      <LineTestPanel key={stream.id} stream={stream} />
    </Card>
  );
}
