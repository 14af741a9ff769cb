import { KeyRound, type LucideIcon, Server } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PresenterRights } from '../../lib/requests/access-requests.ts';
import { PageLink } from '../ui/page-link.tsx';

/** Whose key this is and what it is for; and for the owner, the way to the pages for owners. */
export function PresenterRightsLine({ rights }: { rights: PresenterRights }) {
  const t = useTranslations('studio.rights');
  if (rights.role === 'owner') {
    return (
      <div className="mt-1 flex flex-wrap gap-x-5">
        <OwnerLink href="/keys" icon={KeyRound} label={t('manage')} />
        <OwnerLink href="/pool" icon={Server} label={t('mediaServers')} />
      </div>
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

function OwnerLink({ href, icon: Icon, label }: { href: string; icon: LucideIcon; label: string }) {
  return (
    <PageLink
      href={href}
      className="inline-flex min-h-11 items-center gap-2 rounded-xl font-medium text-accent-text text-sm hover:underline"
    >
      <Icon className="size-4" aria-hidden="true" />
      {label}
    </PageLink>
  );
}
