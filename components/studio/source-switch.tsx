'use client';

import { Settings2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PublisherHandle } from '../../lib/browser/studio/use-publisher.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { MediaNotice } from './sources/media-notice.tsx';
import { MediaSettings } from './sources/media-settings.tsx';
import { SourceControls } from './sources/source-controls.tsx';

/** Changes the picture during the show. The source is switched directly; devices and quality are behind a button. */
export function SourceSwitch({ studio }: { studio: PublisherHandle }) {
  const t = useTranslations('studio.sources');
  const [open, setOpen] = useState(false);
  return (
    <SourceControls studio={studio}>
      <Button variant="ghost" className="-ml-2" onClick={() => setOpen(true)}>
        <Settings2 aria-hidden="true" />
        {t('more')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('more')}>
        {/* The notice on the page behind the dialog can be neither seen nor read by screen readers. */}
        <div className="has-[p]:mb-4">
          <MediaNotice studio={studio} />
        </div>
        <MediaSettings studio={studio} />
      </Dialog>
    </SourceControls>
  );
}
