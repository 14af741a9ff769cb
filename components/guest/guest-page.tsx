'use client';

import { useEffect, useState } from 'react';
import { invitationFromHash } from '../../lib/guests.ts';
import { GuestRoom } from './guest-room.tsx';

/** A guest's page. The invitation is in the fragment of the address, which the server never sees. */
export function GuestPage({ channel }: { channel: string }) {
  const [invitation, setInvitation] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    const read = () => setInvitation(invitationFromHash(location.hash));
    read();
    // A person who pastes another link into this tab means that one.
    globalThis.addEventListener('hashchange', read);
    return () => globalThis.removeEventListener('hashchange', read);
  }, []);
  if (invitation === undefined) return null;
  return <GuestRoom key={invitation} channel={channel} invitation={invitation} />;
}
