'use client';

import { KeyRound } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { KeyRing } from '../../lib/browser/studio/key-ring.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import type { PresenterKeyInfo } from '../../lib/requests/access-requests.ts';
import { CopyLink } from '../shared/copy-link.tsx';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { useFormattedText } from '../shared/use-formatted-text.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { KeyGate } from './key-gate.tsx';
import { NewKeyForm } from './new-key-form.tsx';

const ownerOnly: ErrorBody = { code: 'owner-only', message: '' };

/** The page on which the owner of the server makes, lists and revokes presenter keys. */
export function KeysPage() {
  const t = useTranslations('studio.keyRing');
  return (
    <KeyGate heading={t('title')}>
      {({ key, rights }, askAgain) =>
        rights.role === 'owner' ? (
          <KeyManager ownerKey={key} />
        ) : (
          <div className="mx-auto max-w-xl py-8">
            <h1 tabIndex={-1} className="sr-only">
              {t('title')}
            </h1>
            <ErrorNotice
              error={ownerOnly}
              actions={<Button onClick={() => askAgain()}>{t('enterAnotherKey')}</Button>}
            />
          </div>
        )
      }
    </KeyGate>
  );
}

/** The presenter keys, and the form for another one. */
function KeyManager({ ownerKey }: { ownerKey: string }) {
  const t = useTranslations('studio.keyRing');
  const common = useTranslations('common');
  const ring = useOpened(() => new KeyRing(ownerKey));
  const { keys, made, work } = useStore(ring.state);
  const [revoking, setRevoking] = useState<PresenterKeyInfo | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="outline-none font-bold text-3xl sm:text-4xl">
        {t('title')}
      </h1>
      <p className="mt-2 max-w-2xl text-ink-soft">{t('explanation')}</p>
      <div className="mt-6 grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1.6fr)_minmax(20rem,1fr)]">
        <section aria-label={t('list')} className="grid min-w-0 grid-cols-1 gap-3">
          {typeof work === 'object' && (
            <ErrorNotice
              error={work.error}
              actions={<Button onClick={() => void ring.refresh()}>{common('tryAgain')}</Button>}
            />
          )}
          {keys === null && work === 'busy' && (
            <p role="status" className="flex items-center gap-3 py-10 text-ink-soft">
              <Spinner /> {t('looking')}
            </p>
          )}
          {keys?.length === 0 && <p className="rounded-2xl bg-sunken p-5 text-ink-soft">{t('none')}</p>}
          {keys !== null && keys.length > 0 && (
            <ul className="grid grid-cols-1 gap-3">
              {keys.map((key) => (
                <li key={key.id}>
                  <KeyRow info={key} onRevoke={() => setRevoking(key)} />
                </li>
              ))}
            </ul>
          )}
        </section>
        <Card className="p-5 sm:p-6">
          {made === null ? (
            <NewKeyForm busy={work === 'busy'} onMake={(name, channels) => void ring.make(name, channels)} />
          ) : (
            <NewKey name={made.key.name} text={made.text} onDone={ring.forgetText} />
          )}
        </Card>
      </div>
      <ConfirmDialog
        open={revoking !== null}
        title={t('revoke.title')}
        description={t('revoke.explanation', { name: revoking?.name ?? '' })}
        confirmLabel={t('revoke.confirm')}
        cancelLabel={t('revoke.keep')}
        onCancel={() => setRevoking(null)}
        onConfirm={() => {
          if (revoking !== null) void ring.revoke(revoking.id);
          setRevoking(null);
          // The pressed button disappears with its row.
          heading.current?.focus();
        }}
      />
    </>
  );
}

/** One key: whose it is, for which channels, and since when. */
function KeyRow({ info, onRevoke }: { info: PresenterKeyInfo; onRevoke: () => void }) {
  const t = useTranslations('studio.keyRing');
  const format = useFormattedText();
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 p-4 sm:p-5">
      <div className="min-w-0">
        <h2 className="flex min-w-0 items-center gap-2 font-semibold text-lg">
          <KeyRound className="size-5 shrink-0 text-accent-text" aria-hidden="true" />
          <span className="truncate">{info.name}</span>
        </h2>
        <p className="mt-1 break-words text-ink-soft text-sm">
          {info.channels === 'all' ? t('allChannels') : info.channels.join(', ')}
        </p>
        <p className="text-ink-soft text-sm">{t('since', { date: format.moment(info.createdAt) })}</p>
      </div>
      <Button variant="danger" onClick={onRevoke} aria-label={t('revokeName', { name: info.name })}>
        {t('revokeButton')}
      </Button>
    </Card>
  );
}

/** A key that was just made. Its text is shown this once, as a link that its presenter opens. */
function NewKey({ name, text, onDone }: { name: string; text: string; onDone: () => void }) {
  const t = useTranslations('studio.keyRing.made');
  return (
    <div className="grid gap-4">
      <Notice tone="neutral" title={t('title', { name })} role="status">
        <p>{t('explanation')}</p>
      </Notice>
      <p className="select-all break-all rounded-xl bg-sunken p-3 font-mono text-sm">{text}</p>
      <CopyLink
        label={t('copyLink')}
        address={() => `${location.origin}/present#key=${encodeURIComponent(text)}`}
        variant="primary"
      />
      <CopyLink label={t('copyKey')} copied={t('copied')} address={() => text} />
      <Button variant="ghost" onClick={onDone}>
        {t('done')}
      </Button>
    </div>
  );
}
