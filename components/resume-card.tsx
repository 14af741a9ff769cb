'use client';

import { Radio } from 'lucide-react';
import { useState } from 'react';
import { formatClock } from '../lib/browser/format.ts';
import type { Resumable } from '../lib/browser/resume-offer.ts';
import { useNow } from '../lib/browser/use-now.ts';
import { Button } from './ui/button.tsx';
import { Card } from './ui/card.tsx';
import { ConfirmDialog } from './ui/confirm-dialog.tsx';

type ResumeCardProps = { offer: Resumable; ready: boolean; onResume: () => void; onEnd: () => void };

/** A show of before that still goes on: one click, and it goes on with its presenter. */
export function ResumeCard({ offer, ready, onResume, onEnd }: ResumeCardProps) {
  const [asking, setAsking] = useState(false);
  const now = useNow();
  const { title, channel, interruption } = offer.broadcast;
  return (
    <Card className="mt-6 grid gap-4 border-accent p-5 sm:flex sm:items-center sm:justify-between sm:p-6">
      <div className="min-w-0">
        <h2 className="break-words font-semibold text-lg">“{title}” is still on</h2>
        <p className="text-ink-soft">
          Channel {channel}.{' '}
          {interruption === null ? (
            'It is presented from another place.'
          ) : (
            <>
              Your audience waits for you
              {now !== null && (
                <span role="timer" className="text-ink tabular-nums">
                  {' '}
                  for {formatClock(interruption.until - now)} more
                </span>
              )}
              .
            </>
          )}
        </p>
      </div>
      <div className="grid gap-3 sm:flex">
        <Button variant="danger" className="max-sm:order-last" disabled={!ready} onClick={() => setAsking(true)}>
          End it
        </Button>
        <Button variant="primary" disabled={!ready} onClick={onResume}>
          <Radio aria-hidden="true" />
          Resume your broadcast
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        title="End the broadcast?"
        description="It stops for everyone who is watching. You can go live again at any time."
        confirmLabel="End for everyone"
        cancelLabel="Let it wait"
        onConfirm={() => {
          setAsking(false);
          onEnd();
        }}
        onCancel={() => setAsking(false)}
      />
    </Card>
  );
}
