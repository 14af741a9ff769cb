import { useEffect, useState } from 'react';
import { openStorage } from './browser-storage.ts';
import { ticketFromHash } from './hand-over.ts';
import { type AccessState, PresenterAccess } from './presenter-access.ts';
import { PresenterKeyStore } from './presenter-key.ts';
import { ResumeTickets } from './resume-tickets.ts';
import { Store } from './store.ts';
import { useStore } from './use-store.ts';

/** Whether this browser may present. `access` is `null` on the server and for the first moment. */
export function usePresenterAccess(): { state: AccessState; access: PresenterAccess | null } {
  const [access, setAccess] = useState<PresenterAccess | null>(null);
  useEffect(() => {
    const opened = new PresenterAccess(new PresenterKeyStore({ storage: openStorage(), location, history }));
    setAccess(opened);
    // A show that is handed over from another device waits among those of this browser. The access clears the address.
    const keepTicket = () => {
      const ticket = ticketFromHash(location.hash);
      if (ticket !== null) new ResumeTickets().keep(ticket);
    };
    keepTicket();
    opened.open();
    const look = () => {
      keepTicket();
      opened.lookAgain();
    };
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  const state = useStore(access?.state ?? loading);
  return { state, access };
}

const loading = new Store<AccessState>({ phase: 'loading' });
