'use client';

import { MessageCircleQuestion, Vote } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useMemo, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import {
  countUntil,
  fetchRecordedConversation,
  inOrder,
  reactionsUntil,
} from '../../lib/browser/conversation/recorded-conversation.ts';
import { formatClock } from '../../lib/browser/page/format.ts';
import { type RecordedConversation, reactions } from '../../lib/conversation.ts';
import { ConversationDownloads } from './conversation-downloads.tsx';
import { LinkedText } from './linked-text.tsx';
import { MessageList } from './message-list.tsx';

type ReplayedConversationProps = {
  recordingId: string;
  /** An element that contains the player's video or audio element, whose time is followed. */
  player: RefObject<HTMLElement | null>;
};

/** So many entries are shown at most: those before are further away than anybody scrolls. */
const mostShown = 300;

/** What was written during a recorded show, up to the moment that is being played. Nothing if nobody wrote anything. */
export function ReplayedConversation({ recordingId, player }: ReplayedConversationProps) {
  const t = useTranslations('conversation.recorded');
  const [recorded, setRecorded] = useState<RecordedConversation | null>(null);
  const ms = usePlayedMs(player, recorded !== null);
  useEffect(() => {
    const leaving = new AbortController();
    void fetchRecordedConversation(recordingId, leaving.signal).then((found) => {
      if (!leaving.signal.aborted) setRecorded(found);
    });
    return () => leaving.abort();
  }, [recordingId]);
  const entries = useMemo(() => (recorded === null ? [] : entriesOf(recorded)), [recorded]);
  if (recorded === null) return null;
  const count = countUntil(entries, ms);
  const seek = (to: number) => {
    const media = mediaIn(player);
    if (media !== null) media.currentTime = to / 1_000;
  };
  return (
    <section
      aria-label={t('title')}
      className="flex h-96 min-h-0 flex-col rounded-2xl border border-line bg-surface shadow-card lg:h-[32rem]"
    >
      <div className="flex items-center justify-between gap-2 border-line border-b py-1 pr-1 pl-4">
        <h2 className="font-semibold text-[0.9375rem]">{t('title')}</h2>
        <div className="flex shrink-0">
          <ConversationDownloads recordingId={recordingId} />
        </div>
      </div>
      <MessageList label={t('log')} newest={count} countSince={(seen) => Math.max(0, count - seen)} visible>
        {count === 0 && <p className="px-2 py-6 text-center text-ink-soft text-sm">{t('early')}</p>}
        {entries.slice(Math.max(0, count - mostShown), count).map((entry) => (
          <ReplayedEntry key={entry.key} entry={entry} onSeek={() => seek(entry.ms)} />
        ))}
      </MessageList>
      <Reactions recorded={recorded} ms={ms} />
    </section>
  );
}

type Entry = { key: string; ms: number } & (
  | { kind: 'message'; message: RecordedConversation['messages'][number] }
  | { kind: 'question'; question: RecordedConversation['questions'][number] }
  | { kind: 'poll'; poll: RecordedConversation['polls'][number] }
);

/** Everything that was written, in the order of its places. */
function entriesOf({ messages, questions, polls }: RecordedConversation): Entry[] {
  return inOrder<Entry>([
    ...messages.map((message, index): Entry => ({ key: `m${index}`, ms: message.ms, kind: 'message', message })),
    ...questions.map((question, index): Entry => ({ key: `q${index}`, ms: question.ms, kind: 'question', question })),
    ...polls.map((poll, index): Entry => ({ key: `p${index}`, ms: poll.ms, kind: 'poll', poll })),
  ]);
}

function ReplayedEntry({ entry, onSeek }: { entry: Entry; onSeek: () => void }) {
  const t = useTranslations('conversation.recorded');
  const roles = useTranslations('conversation.roles');
  const format = useFormatter();
  const time = formatClock(entry.ms);
  const row = (children: ReactNode) => (
    <div className="flex gap-2 rounded-lg px-2 py-1 text-[0.9375rem] leading-snug">
      <button
        type="button"
        onClick={onSeek}
        aria-label={t('seek', { time })}
        className="relative h-fit shrink-0 rounded font-medium text-accent-text text-xs leading-5 tabular-nums after:absolute after:-inset-2 hover:underline"
      >
        {time}
      </button>
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
  switch (entry.kind) {
    case 'message': {
      const { name, role, text } = entry.message;
      return row(
        <>
          <bdi className="mr-1.5 font-semibold">{name}</bdi>
          {role !== 'viewer' && (
            <span className="mr-1.5 rounded-full bg-accent-soft px-1.5 font-semibold text-[0.6875rem] text-accent-text">
              {roles(role)}
            </span>
          )}
          <LinkedText text={text} />
        </>,
      );
    }
    case 'question': {
      const { name, text, votes } = entry.question;
      return row(
        <>
          <p className="flex items-center gap-1.5 text-ink-soft text-sm">
            <MessageCircleQuestion className="size-4 text-accent-text" aria-hidden="true" />
            {t('question')} · {t('votes', { count: votes })}
          </p>
          <bdi className="mr-1.5 font-semibold">{name}</bdi>
          <LinkedText text={text} />
        </>,
      );
    }
    case 'poll': {
      const { question, choices, counts } = entry.poll;
      const total = counts.reduce((sum, count) => sum + count, 0);
      return row(
        <>
          <p className="flex items-center gap-1.5 text-ink-soft text-sm">
            <Vote className="size-4 text-accent-text" aria-hidden="true" />
            {t('poll')} · {t('votes', { count: total })}
          </p>
          <LinkedText text={question} />
          <ul className="text-sm">
            {choices.map((choice, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the choices of a poll never change.
              <li key={index} className="flex justify-between gap-3">
                <LinkedText text={choice} />
                <span className="shrink-0 tabular-nums">
                  {format.number(total === 0 ? 0 : (counts[index] ?? 0) / total, { style: 'percent' })}
                </span>
              </li>
            ))}
          </ul>
        </>,
      );
    }
  }
}

/** How often each reaction was sent until now. */
function Reactions({ recorded, ms }: { recorded: RecordedConversation; ms: number }) {
  const t = useTranslations('conversation.reactions');
  const counts = useMemo(() => reactionsUntil(recorded.reactions, ms), [recorded, ms]);
  const sent = reactions.filter((reaction) => counts[reaction] !== undefined);
  if (sent.length === 0) return null;
  return (
    <ul aria-label={t('group')} className="flex flex-wrap gap-3 border-line border-t px-4 py-2 text-sm tabular-nums">
      {sent.map((reaction) => (
        <li key={reaction}>
          {reaction} {counts[reaction]}
        </li>
      ))}
    </ul>
  );
}

/** The place that is being played, in milliseconds. It follows whatever media element is in `player`. */
function usePlayedMs(player: RefObject<HTMLElement | null>, wanted: boolean): number {
  const [ms, setMs] = useState(0);
  useEffect(() => {
    const element = player.current;
    if (element === null || !wanted) return;
    const look = () => setMs((mediaIn(player)?.currentTime ?? 0) * 1_000);
    look();
    // Media events do not bubble, but they can be caught on their way down.
    const events = ['timeupdate', 'seeking', 'seeked', 'loadedmetadata'];
    for (const name of events) element.addEventListener(name, look, true);
    return () => {
      for (const name of events) element.removeEventListener(name, look, true);
    };
  }, [player, wanted]);
  return ms;
}

function mediaIn(player: RefObject<HTMLElement | null>): HTMLMediaElement | null {
  return player.current?.querySelector<HTMLMediaElement>('video, audio') ?? null;
}
