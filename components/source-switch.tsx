'use client';

import { Settings2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PublisherHandle } from '../lib/browser/use-publisher.ts';
import { CornerChoice } from './corner-choice.tsx';
import { DeviceChoice } from './device-choice.tsx';
import { MediaNotice } from './media-notice.tsx';
import { QualityChoice } from './quality-choice.tsx';
import { SourceChoice } from './source-choice.tsx';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';

/** Changes the picture while the show goes on: what is shown at once, devices and quality behind a button. */
export function SourceSwitch({ studio }: { studio: PublisherHandle }) {
  const t = useTranslations('studio.sources');
  const [open, setOpen] = useState(false);
  const { media } = studio;
  return (
    <div className="grid gap-2">
      <SourceChoice source={media.plan.source} onChoose={studio.setSource} />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        {media.plan.source === 'both' && <CornerChoice corner={media.plan.corner} onChoose={studio.setCorner} />}
        <Button variant="ghost" onClick={() => setOpen(true)}>
          <Settings2 aria-hidden="true" />
          {t('more')}
        </Button>
      </div>
      <MediaNotice media={media} onShareAgain={studio.setSource} onDismiss={studio.dismissNotice} />
      <Dialog open={open} onClose={() => setOpen(false)} title={t('more')}>
        <div className="grid gap-4">
          <DeviceChoice inputs={studio.inputs} chosen={media.plan} onChoose={studio.askForCamera} />
          <QualityChoice media={media} onChoose={studio.setQuality} />
        </div>
      </Dialog>
    </div>
  );
}
