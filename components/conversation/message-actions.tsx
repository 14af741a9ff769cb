import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { ChatMessage, ConversationSettings, ParticipantRole } from '../../lib/conversation.ts';
import type { Moderation } from '../../lib/requests/conversation-requests.ts';

type MessageActionsProps = {
  message: ChatMessage;
  isPinned: boolean;
  role: ParticipantRole;
  settings: ConversationSettings;
  onModerate: (action: Moderation) => void;
};

/** What presenter and moderators can do about a message and its author. */
export function MessageActions({ message, isPinned, role, settings, onModerate }: MessageActionsProps) {
  const t = useTranslations('conversation.moderation');
  const { id, by, name } = message;
  const person = { participant: by, name };
  const isMuted = settings.muted.some((one) => one.by === by);
  const isModerator = settings.moderators.some((one) => one.by === by);
  const isAuthorViewer = message.role !== 'presenter';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for parts of a form, and these are not.
    <div role="group" aria-label={t('actions', { name })} className="flex flex-wrap gap-1.5 pt-1 pb-1.5">
      <Action onClick={() => onModerate({ type: 'pin', message: id, isOn: !isPinned })}>
        {isPinned ? t('unpin') : t('pin')}
      </Action>
      <Action onClick={() => onModerate({ type: 'delete', message: id })}>{t('delete')}</Action>
      {isAuthorViewer && (
        <Action onClick={() => onModerate({ type: 'mute', ...person, isOn: !isMuted })}>
          {isMuted ? t('unmute', { name }) : t('mute', { name })}
        </Action>
      )}
      {isAuthorViewer && role === 'presenter' && (
        <Action onClick={() => onModerate({ type: 'moderator', ...person, isOn: !isModerator })}>
          {isModerator ? t('endModerator', { name }) : t('makeModerator', { name })}
        </Action>
      )}
    </div>
  );
}

/** A small button for an action in a list. */
export function Action({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="inline-flex min-h-9 max-w-full items-center rounded-lg border border-line-strong/50 bg-surface px-2.5 font-semibold text-ink text-xs hover:border-line-strong hover:bg-sunken pointer-coarse:min-h-11"
    >
      <span className="truncate">{children}</span>
    </button>
  );
}
