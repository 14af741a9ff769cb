'use client';

import { MonitorSmartphone } from 'lucide-react';
import { useState } from 'react';
import { handOverAddress } from '../lib/browser/hand-over.ts';
import type { ResumeTicket } from '../lib/browser/resume-tickets.ts';
import { CopyLink } from './copy-link.tsx';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';

type HandOverProps = { presenterKey: string; ticket: () => ResumeTicket | null };

/** The way to go on from another device while the show is on. */
export function HandOver({ presenterKey, ticket }: HandOverProps) {
  // It is asked for when the window opens: whoever comes back is given a new one.
  const [handed, setHanded] = useState<ResumeTicket | null>(null);
  return (
    <>
      <Button variant="ghost" className="justify-self-start" onClick={() => setHanded(ticket())}>
        <MonitorSmartphone aria-hidden="true" />
        Continue on another device
      </Button>
      <Dialog
        open={handed !== null}
        onClose={() => setHanded(null)}
        title="Continue on another device"
        description="Open this link there and press “Resume your broadcast”. Your audience stays, and this device stops sending."
      >
        {handed !== null && (
          <CopyLink
            label="Copy the link"
            address={() => handOverAddress(location.origin, presenterKey, handed)}
            variant="primary"
          />
        )}
        <p className="mt-3 text-ink-soft text-sm">
          Keep it to yourself: whoever has it can take over your show, and go live on this server.
        </p>
      </Dialog>
    </>
  );
}
