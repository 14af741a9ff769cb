import { Ellipsis } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ConversationClient } from '../../lib/browser/conversation/conversation-client.ts';
import type { ConversationSettings, ChatMessage as Message, ParticipantRole } from '../../lib/conversation.ts';
import { AuthorLine } from './author-line.tsx';
import { LinkedText } from './linked-text.tsx';
import { MessageActions } from './message-actions.tsx';

type ChatMessageProps = {
  message: Message;
  isPinned: boolean;
  /** What the reader may do. */
  role: ParticipantRole;
  settings: ConversationSettings;
  client: ConversationClient;
};

/** One message. Moderators can open a row of actions below it. A busy conversation draws only the new ones. */
export const ChatMessage = memo(function ChatMessage(props: ChatMessageProps) {
  const { message, isPinned, role, settings, client } = props;
  const t = useTranslations('conversation.moderation');
  const [open, setOpen] = useState(false);
  const mayModerate = role !== 'viewer';
  return (
    <div
      data-message={message.id}
      className="group relative rounded-lg px-2 py-1 text-[0.9375rem] leading-snug hover:bg-sunken/60"
    >
      <div className={mayModerate ? 'pr-9' : undefined}>
        <AuthorLine name={message.name} role={message.role} at={message.at} />
        <LinkedText text={message.text} />
      </div>
      {mayModerate && (
        <button
          type="button"
          aria-expanded={open}
          aria-label={t('actions', { name: message.name })}
          onClick={() => setOpen(!open)}
          className="absolute top-0 right-0 grid size-8 place-items-center rounded-lg text-ink-soft after:absolute after:-inset-y-1 hover:bg-sunken hover:text-ink pointer-coarse:size-11"
        >
          <Ellipsis className="size-4" aria-hidden="true" />
        </button>
      )}
      {open && mayModerate && (
        <MessageActions
          message={message}
          isPinned={isPinned}
          role={role}
          settings={settings}
          onModerate={(action) => {
            setOpen(false);
            client.moderate(action);
          }}
        />
      )}
    </div>
  );
});
