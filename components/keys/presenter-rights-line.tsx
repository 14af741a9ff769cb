import { KeyRound } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PresenterRights } from '../../lib/access-requests.ts';
import { PageLink } from '../ui/page-link.tsx';

/** Whose key this is and what it is for; and for the owner, the way to the keys of the presenters. */
export function PresenterRightsLine({ rights }: { rights: PresenterRights }) {
  const t = useTranslations('studio.rights');
  if (rights.role === 'owner') {
    return (
      <PageLink
        href="/keys"
        className="mt-1 inline-flex min-h-11 items-center gap-2 rounded-xl font-medium text-accent-text text-sm hover:underline"
      >
        <KeyRound className="size-4" aria-hidden="true" />
        {t('manage')}
      </PageLink>
    );
  }
  const { name, channels } = rights;
  return (
    <p className="mt-2 flex items-start gap-2 text-ink-soft text-sm">
      <KeyRound className="mt-0.5 size-4 shrink-0 text-accent-text" aria-hidden="true" />
      <span className="min-w-0 break-words">
        {channels === 'all' ? t('all', { name }) : t('some', { name, channels: channels.join(', ') })}
      </span>
    </p>
  );
}
