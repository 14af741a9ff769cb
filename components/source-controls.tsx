'use client';

import type { ReactNode } from 'react';
import type { PublisherHandle } from '../lib/browser/use-publisher.ts';
import { CornerChoice } from './corner-choice.tsx';
import { MediaNotice } from './media-notice.tsx';
import { SourceChoice } from './source-choice.tsx';

type SourceControlsProps = { studio: PublisherHandle; disabled?: boolean; children?: ReactNode };

/** What the audience sees, where the camera stands in it, and what became of it by itself. */
export function SourceControls({ studio, disabled = false, children }: SourceControlsProps) {
  const { media } = studio;
  const composed = media.plan.source === 'both';
  return (
    <div>
      <SourceChoice source={media.plan.source} disabled={disabled} onChoose={studio.setSource} />
      {(composed || children) && (
        <div className="mt-1 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
          {composed && <CornerChoice corner={media.plan.corner} onChoose={studio.setCorner} />}
          {children}
        </div>
      )}
      <MediaNotice studio={studio} />
    </div>
  );
}
