'use client';

import { UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { GuestDesk } from '../../../lib/browser/guests/guest-desk.ts';
import type { DeclinedInvitation, Invitation, InvitationView } from '../../../lib/guests.ts';
import { guestAddress } from '../../../lib/guests.ts';
import { CopyLink } from '../../shared/copy-link.tsx';
import { Button } from '../../ui/button.tsx';

type InviteGuestProps = {
  desk: Pick<GuestDesk, 'invite' | 'revoke'>;
  channel: string;
  invitations: readonly InvitationView[];
  declined: readonly DeclinedInvitation[];
  ready: boolean;
  attempt: (action: Promise<unknown>) => void;
};

/** Makes invitation links, and lists those that nobody has used, and who has declined one. */
export function InviteGuest({ desk, channel, invitations, declined, ready, attempt }: InviteGuestProps) {
  const t = useTranslations('guests.desk');
  /** Only the page that made an invitation can show its link. */
  const [made, setMade] = useState<ReadonlyMap<string, Invitation>>(new Map());
  const invite = async () => {
    const invitation = await desk.invite(null);
    setMade((before) => new Map(before).set(invitation.id, invitation));
  };
  return (
    <div className="grid gap-3 border-line border-t pt-4 first:border-t-0 first:pt-0">
      <p className="text-ink-soft text-sm">{t('explanation')}</p>
      {invitations.length > 0 && (
        <ul aria-label={t('invitations')} className="grid gap-2">
          {invitations.map((invitation, index) => {
            const link = made.get(invitation.id);
            const { name } = invitation;
            const label = name === null ? t('invitation', { number: index + 1 }) : t('invitationOf', { name });
            return (
              <li key={invitation.id} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2">
                {link === undefined ? (
                  <p className="flex min-h-11 items-center text-ink-soft text-sm">{label}</p>
                ) : (
                  <CopyLink
                    label={t('copy', { number: index + 1 })}
                    copied={t('copied')}
                    address={() => guestAddress(location.origin, channel, link.token)}
                  />
                )}
                <Button
                  size="icon"
                  variant="ghost"
                  disabled={!ready}
                  aria-label={t('revoke', { number: index + 1 })}
                  title={t('revoke', { number: index + 1 })}
                  onClick={() => attempt(desk.revoke(invitation.id))}
                >
                  <X aria-hidden="true" />
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      {/* The region is there before the news, so that it is read aloud. */}
      <div role="status" className="empty:hidden">
        {declined.map(({ id, name }) => (
          <div key={id} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2">
            <p className="flex min-h-11 items-center text-sm">{t('declined', { name: name ?? t('somebody') })}</p>
            <Button
              size="icon"
              variant="ghost"
              disabled={!ready}
              aria-label={t('dismissDeclined', { name: name ?? t('somebody') })}
              onClick={() => attempt(desk.revoke(id))}
            >
              <X aria-hidden="true" />
            </Button>
          </div>
        ))}
      </div>
      <Button className="justify-self-start" disabled={!ready} onClick={() => attempt(invite())}>
        <UserPlus aria-hidden="true" />
        {t('invite')}
      </Button>
    </div>
  );
}
