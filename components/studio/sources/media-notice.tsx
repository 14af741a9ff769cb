'use client';

import { useTranslations } from 'use-intl';
import type {
  MediaCaptureState,
  MissingDevice,
  MediaNotice as Notice,
} from '../../../lib/browser/capture/media-capture.ts';
import type { MediaRequest } from '../../../lib/browser/capture/media-plan.ts';
import { canShareScreen } from '../../../lib/browser/capture/screen-capture.ts';
import type { PublisherHandle } from '../../../lib/browser/studio/use-publisher.ts';
import { useErrorText } from '../../shared/use-error-text.ts';
import { Button } from '../../ui/button.tsx';

/** Notices about media sources that changed without the presenter's doing, or that a screen was shown last time. */
export function MediaNotice({ studio }: { studio: PublisherHandle }) {
  const { media } = studio;
  const t = useTranslations('studio.sources.notices');
  const common = useTranslations('common');
  const textOf = useNoticeText(media);
  const { notice } = media;
  const askable = (notice === null || notice.type === 'screen-ended') && canShareScreen();
  const suggested = askable ? media.suggested : null;
  const missing = missingIn(notice);
  return (
    <div role="status">
      {(notice !== null || suggested !== null) && (
        <div className="mt-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-xl bg-sunken py-2 pr-2 pl-4 text-sm">
          <p className="wrap-anywhere min-w-0 flex-1 basis-52 py-1">
            {notice === null ? suggested !== null && t(`last-${suggested}`) : textOf(notice)}
          </p>
          <div className="flex flex-wrap gap-2">
            {suggested !== null && (
              <Button variant="secondary" onClick={() => studio.setSource(suggested)}>
                {t('shareAgain')}
              </Button>
            )}
            {missing !== null && (
              <Button variant="secondary" onClick={() => studio.retry(missing)}>
                {common('tryAgain')}
              </Button>
            )}
            <Button variant="ghost" onClick={studio.dismissNotice}>
              {notice === null ? t('notNow') : common('close')}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}

/** The devices to try again; `null` if the notice is about something else. */
function missingIn(notice: Notice | null): MediaRequest | null {
  if (notice?.type === 'gone' && notice.instead === null) return { [notice.kind]: 'any' };
  if (notice?.type !== 'without') return null;
  return Object.fromEntries(notice.devices.map(({ kind, wanted }) => [kind, wanted]));
}

function useNoticeText(media: MediaCaptureState): (notice: Notice) => string {
  const t = useTranslations('studio.sources');
  const errorText = useErrorText();
  return (notice) => {
    switch (notice.type) {
      case 'gone': {
        const name = notice.name || t(`devices.${notice.kind}`);
        if (notice.instead === null) return t(`notices.gone-${notice.kind}`, { name });
        if (notice.instead === notice.name) return t('notices.back', { name });
        return t('notices.replaced', { name, instead: notice.instead || t(`devices.${notice.kind}`) });
      }
      case 'screen-ended':
        return t(media.plan.camera === 'none' ? 'notices.ended' : 'notices.ended-camera');
      case 'screen-failed':
        return t('notices.screen-failed');
      case 'device-failed': {
        const { title, remedy } = errorText(notice.error);
        return t('notices.failed', { title, remedy });
      }
      case 'without':
        return notice.devices
          .map((device) => t(`notices.without.${reasonFor(device)}`, { kind: device.kind }))
          .join(' ');
    }
  };
}

function reasonFor({ standing, error }: MissingDevice) {
  if (standing === 'lost') return 'lost';
  switch (error.code) {
    case 'camera-busy':
    case 'camera-missing':
    case 'camera-blocked':
    case 'camera-blocked-by-system':
      return error.code;
    default:
      return 'other';
  }
}
