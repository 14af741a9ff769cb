'use client';

import { CalendarClock } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { AnnouncementEditor } from '../../lib/browser/lobby/announcement-editor.ts';
import { fromLocalField, toLocalField } from '../../lib/browser/page/format.ts';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { useNow } from '../../lib/browser/signaling/server-clock.ts';
import type { UpcomingShow } from '../../lib/signaling.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { useStartText } from '../shared/use-start-text.ts';
import { Button } from '../ui/button.tsx';
import { Field, fieldHintId, Input } from '../ui/field.tsx';
import { FoldPanel } from '../ui/fold-panel.tsx';
import { SharePanel } from './share-panel.tsx';

type AnnouncePanelProps = {
  presenterKey: string;
  /** The current value in the form. */
  channel: string;
  title: string;
  disabled: boolean;
  /** Returns what to announce if the form is valid. Otherwise it shows the errors there and returns `null`. */
  onCheck: () => { channel: string; title: string } | null;
};

/** Announces to the audience when the show will begin. */
export function AnnouncePanel({ presenterKey, channel, title, disabled, onCheck }: AnnouncePanelProps) {
  const t = useTranslations('studio.setup.announce');
  const id = useId();
  const editor = useOpened(() => new AnnouncementEditor());
  const { shows, work } = useStore(editor.state);
  const now = useNow();
  const announced = shows.find((show) => show.channel === channel) ?? null;
  /** The entered time; `null` while the field follows the announcement. */
  const [entered, setEntered] = useState<string | null>(null);
  /** Whether the panel was opened or closed by hand; `null` while only an announcement decides whether it is open. */
  const [open, setOpen] = useState<boolean | null>(null);
  const [missing, setMissing] = useState(false);
  const text = entered ?? (announced === null ? '' : toLocalField(announced.startsAt));
  const startsAt = fromLocalField(text);
  const isNews =
    announced === null ||
    announced.isLocked === true ||
    announced.title !== title.trim() ||
    toLocalField(announced.startsAt) !== text;

  const isOpen = open ?? announced !== null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const show = onCheck();
    if (show === null) return;
    setMissing(startsAt === null);
    if (startsAt === null) document.getElementById(id)?.focus();
    else void editor.announce({ ...show, startsAt, key: presenterKey }).then(followAnnounced);
  };
  /** A refused time stays in the field, to be corrected there. */
  const followAnnounced = () => {
    if (typeof editor.state.get().work === 'string') setEntered(null);
  };
  const withdraw = async () => {
    await editor.withdraw({ key: presenterKey, channel });
    followAnnounced();
    // The button disappears with the announcement that it withdraws, and the focus must not be lost with it.
    document.getElementById(id)?.focus();
  };

  return (
    <FoldPanel
      icon={CalendarClock}
      title={announced === null ? t('title') : t('announced')}
      open={isOpen}
      onToggle={setOpen}
    >
      {isOpen && (
        <form onSubmit={submit} noValidate className="mt-1 grid gap-4">
          {announced === null ? (
            <p className="text-ink-soft text-sm">{t('explanation')}</p>
          ) : (
            // The lobby does not show the title of a show for which viewers need a passcode.
            <AnnouncedShow show={announced.isLocked ? { ...announced, title: title.trim() || channel } : announced} />
          )}
          <Field
            label={t('startsAt')}
            htmlFor={id}
            error={missing && startsAt === null ? t('startsAtMissing') : null}
            hint={t('startsAtHint')}
          >
            <Input
              id={id}
              type="datetime-local"
              value={text}
              min={now === null ? undefined : toLocalField(now)}
              disabled={disabled}
              aria-invalid={missing && startsAt === null}
              aria-describedby={fieldHintId(id)}
              onChange={(event) => setEntered(event.currentTarget.value)}
            />
          </Field>
          {typeof work === 'object' && <ErrorNotice error={work.error} />}
          <div className="flex flex-wrap gap-3">
            <Button type="submit" className="min-w-fit flex-1" disabled={disabled || !isNews} busy={work === 'busy'}>
              {announced === null ? t('announce') : t('change')}
            </Button>
            {announced !== null && (
              <Button variant="ghost" disabled={disabled || work === 'busy'} onClick={() => void withdraw()}>
                {t('withdraw')}
              </Button>
            )}
          </div>
        </form>
      )}
      <p role="status" className="sr-only">
        {work === 'announced' && t('announcedDone')}
        {work === 'withdrawn' && t('withdrawnDone')}
      </p>
    </FoldPanel>
  );
}

/** The announcement as the audience reads it, and the ways to share it. */
function AnnouncedShow({ show }: { show: UpcomingShow }) {
  const { moment, countdown } = useStartText(show);
  return (
    <div className="grid gap-4">
      <div className="rounded-xl bg-accent-soft p-4 text-accent-text">
        <p className="break-words font-semibold">{show.title}</p>
        <p className="mt-1">{moment}</p>
        <p className="text-sm tabular-nums">{countdown}</p>
      </div>
      <SharePanel channel={show.channel} title={show.title} />
    </div>
  );
}
