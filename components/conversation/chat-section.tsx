import { Pin } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { ConversationClient } from '../../lib/browser/conversation/conversation-client.ts';
import { roleIn, type Unsent } from '../../lib/browser/conversation/conversation-state.ts';
import type { ConversationHandle } from '../../lib/browser/conversation/use-conversation.ts';
import { useErrorText } from '../shared/use-error-text.ts';
import { ChatMessage } from './chat-message.tsx';
import { Composer } from './composer.tsx';
import { LinkedText } from './linked-text.tsx';
import { Action } from './message-actions.tsx';
import { MessageList } from './message-list.tsx';
import { ReactionBar } from './reaction-bar.tsx';

type ChatSectionProps = { conversation: ConversationHandle; visible: boolean };

/** The messages, and the field for the next one. */
export function ChatSection({ conversation, visible }: ChatSectionProps) {
  const t = useTranslations('conversation');
  const { client, view, name, rename } = conversation;
  const { talk, unsent } = view;
  const role = roleIn(view);
  const messages = talk?.messages ?? [];
  const pinned = talk?.pinned ?? [];
  const pinnedIds = new Set(pinned.map(({ id }) => id));
  const waiting = unsent.filter(({ kind }) => kind === 'message');
  return (
    <>
      {pinned.length > 0 && (
        <section
          aria-label={t('chat.pinned')}
          className="grid max-h-32 gap-1 overflow-y-auto border-line border-b bg-accent-soft/50 px-3 py-2 text-sm"
        >
          {pinned.map((message) => (
            <p key={message.id} className="flex gap-2">
              <Pin className="mt-0.5 size-3.5 shrink-0 text-accent-text" aria-hidden="true" />
              <span className="min-w-0">
                <bdi className="mr-1.5 font-semibold">{message.name}</bdi>
                <LinkedText text={message.text} />
              </span>
            </p>
          ))}
        </section>
      )}
      <MessageList
        label={t('chat.log')}
        newest={messages.at(-1)?.id ?? 0}
        countSince={(id) => messages.filter((message) => message.id > id).length}
        visible={visible}
      >
        {messages.length === 0 && waiting.length === 0 && talk !== null && (
          <p className="px-2 py-6 text-center text-ink-soft text-sm">{t('chat.empty')}</p>
        )}
        {talk !== null &&
          messages.map((message) => (
            <ChatMessage
              key={message.id}
              message={message}
              isPinned={pinnedIds.has(message.id)}
              role={role}
              settings={talk.settings}
              client={client}
            />
          ))}
        <UnsentMessages unsent={waiting} client={client} />
      </MessageList>
      {view.phase === 'open' && (
        <div className="grid gap-2 border-line border-t px-3 pt-2 pb-2.5">
          <ReactionBar onReact={(reaction) => client.react(reaction)} />
          <WritingPlace conversation={conversation}>
            <Composer
              label={t('chat.label')}
              placeholder={t('chat.placeholder')}
              sendLabel={t('chat.send')}
              name={name}
              onName={rename}
              onSend={(text) => client.say(text)}
            />
          </WritingPlace>
        </div>
      )}
    </>
  );
}

/** What stands in place of the field, or above it: why nobody, or this person, can write now. */
export function WritingPlace({ conversation, children }: { conversation: ConversationHandle; children: ReactNode }) {
  const t = useTranslations('conversation');
  const { view } = conversation;
  const settings = view.talk?.settings;
  const isViewer = roleIn(view) === 'viewer';
  const isMuted = isViewer && settings?.muted.some(({ by }) => by === view.own?.by) === true;
  if (isMuted) return <p className="text-ink-soft text-sm">{t('muted')}</p>;
  if (isViewer && settings?.isOn === false) return <p className="text-ink-soft text-sm">{t('closed')}</p>;
  return (
    <>
      {!view.connected && <p className="text-warn-text text-xs">{t('reconnecting')}</p>}
      {isViewer && settings !== undefined && settings.slowS > 0 && (
        <p className="text-ink-soft text-xs">{t('slow', { seconds: settings.slowS })}</p>
      )}
      {children}
    </>
  );
}

/** The messages or questions of one's own that the server does not have, or has refused. */
export function UnsentMessages({ unsent, client }: { unsent: readonly Unsent[]; client: ConversationClient }) {
  return unsent.map((one) => (
    <UnsentMessage
      key={one.key}
      unsent={one}
      onAgain={() => client.sayAgain(one.key)}
      onForget={() => client.forget(one.key)}
    />
  ));
}

type UnsentMessageProps = { unsent: Unsent; onAgain: () => void; onForget: () => void };

function UnsentMessage({ unsent, onAgain, onForget }: UnsentMessageProps) {
  const t = useTranslations('conversation.chat');
  const textOf = useErrorText();
  const { text, error } = unsent;
  return (
    <div data-unsent="" className="rounded-lg px-2 py-1 text-[0.9375rem]">
      <span className={error === null ? 'opacity-70' : undefined}>
        <LinkedText text={text} />
      </span>
      {error === null ? (
        <p className="text-ink-soft text-xs">{t('sending')}</p>
      ) : (
        <>
          <p className="text-live-text text-xs">{t('refused', { reason: textOf(error).title })}</p>
          <p className="flex flex-wrap gap-1.5 pt-1">
            <Action onClick={onAgain}>{t('again')}</Action>
            <Action onClick={onForget}>{t('discard')}</Action>
          </p>
        </>
      )}
    </div>
  );
}
