'use client';

import { Server } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { PoolMonitor, type ShownMember } from '../../lib/browser/studio/pool-monitor.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import { KeyGate } from '../keys/key-gate.tsx';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { PoolMemberCard } from './pool-member-card.tsx';
import { PoolNews } from './pool-news.tsx';

const ownerOnly: ErrorBody = { code: 'owner-only', message: '' };

/** The page on which the owner of the server sees the media servers, and empties one before it is stopped. */
export function PoolPage() {
  const t = useTranslations('studio.pool');
  const setup = useTranslations('studio.setup');
  return (
    <KeyGate heading={t('title')}>
      {({ key, rights }, askAgain) =>
        rights.role === 'owner' ? (
          <Pool ownerKey={key} />
        ) : (
          <div className="mx-auto max-w-xl py-8">
            <h1 tabIndex={-1} className="sr-only">
              {t('title')}
            </h1>
            <ErrorNotice
              error={ownerOnly}
              actions={<Button onClick={() => askAgain()}>{setup('enterAnotherKey')}</Button>}
            />
          </div>
        )
      }
    </KeyGate>
  );
}

function Pool({ ownerKey }: { ownerKey: string }) {
  const t = useTranslations('studio.pool');
  const common = useTranslations('common');
  const monitor = useOpened(() => new PoolMonitor(ownerKey));
  const { members, isSingle, changing, problem } = useStore(monitor.state);
  const [asked, setAsked] = useState<ShownMember | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const verb = asked?.drain === 'none' ? 'drain' : 'undrain';
  const isAlone = isSingle || (members !== null && members.length === 1);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="outline-none font-bold text-3xl sm:text-4xl">
        {t('title')}
      </h1>
      <p className="mt-2 max-w-2xl text-ink-soft">{t('explanation')}</p>
      {members !== null && members.length > 1 && <Totals members={members} />}
      <div className="mt-6 grid gap-4">
        {problem !== null && (
          <ErrorNotice
            error={problem}
            actions={<Button onClick={() => void monitor.refresh()}>{common('tryAgain')}</Button>}
          />
        )}
        {members === null && !isSingle && problem === null && (
          <p role="status" className="flex items-center gap-3 py-10 text-ink-soft">
            <Spinner /> {t('looking')}
          </p>
        )}
        {members !== null && members.length > 0 && (
          <ul aria-label={t('list')} className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
            {members.map((member) => (
              <li key={member.id} className="min-w-0">
                <PoolMemberCard
                  member={member}
                  nameOf={(id) => members.find((one) => one.id === id)?.name ?? null}
                  busy={changing === member.id}
                  canDrain={members.length > 1}
                  onChange={() => setAsked(member)}
                />
              </li>
            ))}
          </ul>
        )}
        {members?.length === 0 && (
          <EmptyState level={2} title={t('none.title')}>
            <p>{t('none.explanation')}</p>
          </EmptyState>
        )}
        {isAlone && <HowToAdd />}
      </div>
      <PoolNews members={members} />
      <ConfirmDialog
        open={asked !== null}
        title={t(`${verb}.title`)}
        description={t(`${verb}.explanation`, { name: asked?.name ?? '' })}
        confirmLabel={t(`${verb}.confirm`)}
        cancelLabel={t(`${verb}.cancel`)}
        onCancel={() => setAsked(null)}
        onConfirm={() => {
          if (asked !== null) void monitor.change(asked.id, verb);
          setAsked(null);
          // The pressed button is disabled for a moment, which would lose the focus.
          heading.current?.focus();
        }}
      />
    </>
  );
}

/** How much there is in all. */
function Totals({ members }: { members: readonly ShownMember[] }) {
  const t = useTranslations('studio.pool');
  const shows = members.flatMap((member) => member.shows);
  const count = new Set(shows.map(({ broadcastId }) => broadcastId)).size;
  const viewers = shows.reduce((sum, show) => sum + show.viewers, 0);
  return (
    <p className="mt-3 font-medium tabular-nums">{t('totals', { servers: members.length, shows: count, viewers })}</p>
  );
}

/** What there is to do if everything is on one media server. */
function HowToAdd() {
  const t = useTranslations('studio.pool.single');
  const code = (text: ReactNode) => (
    <code className="whitespace-nowrap rounded bg-sunken px-1.5 py-0.5 text-sm">{text}</code>
  );
  return (
    <section className="grid gap-3 rounded-3xl border border-line border-dashed p-5 sm:p-8">
      <h2 className="flex items-center gap-2 font-semibold text-xl">
        <Server className="size-6 shrink-0 text-accent-text" aria-hidden="true" />
        {t('title')}
      </h2>
      <p className="max-w-2xl text-ink-soft">{t('explanation')}</p>
      <ul className="grid max-w-2xl list-disc gap-2 pl-5">
        <li>{t.rich('sameMachine', { code })}</li>
        <li>{t.rich('otherAddress', { code })}</li>
        <li>{t.rich('registered', { code })}</li>
      </ul>
    </section>
  );
}
