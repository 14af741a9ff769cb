'use client';

import { toast } from 'sonner';
import { useTranslations } from 'use-intl';
import { noteRecordingChange } from '../../lib/browser/recordings/recording-changes.ts';
import { changeRecordings } from '../../lib/browser/recordings/recordings-client.ts';
import { type PresenterKeyStore, usePresenterKey } from '../../lib/browser/studio/presenter-key.ts';
import { type ErrorBody, toErrorBody } from '../../lib/errors.ts';
import { useErrorText } from '../shared/use-error-text.ts';

/** How long a message offers to undo what it reports, in milliseconds. */
const undoOfferedMs = 12_000;

type RecordingChange = {
  /** The presenter key of this browser; `null` if there is none. */
  key: string | null;
  /** `null` until the storage has been read. */
  keys: PresenterKeyStore | null;
  /** Does `work` with a key, keeps a key that was right, and reports what went wrong. @returns whether it worked */
  run: (withKey: string, work: (key: string) => Promise<void>) => Promise<boolean>;
  /** Says that recordings were deleted, and offers to bring them back. */
  offerUndo: (ids: readonly string[]) => void;
  /** Takes recordings out of the trash. */
  restore: (ids: readonly string[], key: string) => Promise<boolean>;
  report: (error: ErrorBody) => void;
};

/** Changes recordings with the presenter key, and says what came of it. */
export function useRecordingChange(): RecordingChange {
  const t = useTranslations('library.deletion');
  const textOf = useErrorText();
  const { key, keys } = usePresenterKey();
  const report = (error: ErrorBody) => {
    const { title, remedy } = textOf(error);
    toast.error(title, { description: remedy });
  };
  const run = async (withKey: string, work: (key: string) => Promise<void>) => {
    try {
      await work(withKey);
      keys?.keep(withKey);
      return true;
    } catch (error) {
      const body = toErrorBody(error);
      if (body.code === 'wrong-key') keys?.forget();
      report(body);
      return false;
    } finally {
      noteRecordingChange();
    }
  };
  const restore = (ids: readonly string[], withKey: string) =>
    run(withKey, async (known) => {
      const { done, failed } = await changeRecordings('restore', ids, known);
      if (done.length > 0) toast.success(t('undone', { count: done.length }));
      if (failed !== null) report(failed);
    });
  const offerUndo = (ids: readonly string[]) => {
    const known = keys?.key.get() ?? null;
    const action = { label: t('undo'), onClick: () => void (known !== null && restore(ids, known)) };
    toast.success(t('done', { count: ids.length }), { duration: undoOfferedMs, ...(known !== null && { action }) });
  };
  return { key, keys, run, offerUndo, restore, report };
}
