'use client';

import { useId, useState } from 'react';
import { toast } from 'sonner';
import { useTranslations } from 'use-intl';
import { endShares, shareRecording } from '../../lib/browser/recordings/recordings-client.ts';
import type { Recording } from '../../lib/recording.ts';
import { shareHours } from '../../lib/recording-library.ts';
import { CopyLink } from '../shared/copy-link.tsx';
import { useFormattedText } from '../shared/use-formatted-text.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { useRecordingChange } from './use-recording-change.ts';

/** Makes links with which one recording can be watched until they expire, and ends them. */
export function ShareRecording({ recording }: { recording: Recording }) {
  const t = useTranslations('library.share');
  const id = useId();
  const format = useFormattedText();
  const { key, run } = useRecordingChange();
  const [hours, setHours] = useState<(typeof shareHours)[number]>(shareHours[0]);
  const [link, setLink] = useState<{ url: string; until: number } | null>(null);
  const make = (known: string) =>
    run(known, async (withKey) => setLink(await shareRecording(recording.id, hours, withKey)));
  const end = (known: string) =>
    run(known, async (withKey) => {
      await endShares(recording.id, withKey);
      setLink(null);
      toast.success(t('ended'));
    });
  return (
    <section aria-labelledby={`${id}-title`} className="mt-6 grid gap-3 border-line border-t pt-5">
      <h3 id={`${id}-title`} className="font-semibold">
        {t('title')}
      </h3>
      <p className="text-ink-soft text-sm">{t('explanation')}</p>
      {link === null ? (
        <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-3">
          <Field label={t('expires')} htmlFor={`${id}-hours`}>
            <Select
              id={`${id}-hours`}
              value={hours}
              onChange={({ currentTarget: { value } }) =>
                setHours(shareHours.find((known) => String(known) === value) ?? hours)
              }
            >
              {shareHours.map((known) => (
                <option key={known} value={known}>
                  {t(`hours.${known}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Button onClick={() => void (key !== null && make(key))}>{t('make')}</Button>
        </div>
      ) : (
        <>
          <Input readOnly value={link.url} aria-label={t('link')} onFocus={(event) => event.currentTarget.select()} />
          <p className="text-ink-soft text-sm">{t('until', { date: format.moment(link.until) })}</p>
          <CopyLink address={() => link.url} label={t('copy')} variant="primary" />
        </>
      )}
      <Button variant="ghost" className="justify-self-start" onClick={() => void (key !== null && end(key))}>
        {t('end')}
      </Button>
    </section>
  );
}
