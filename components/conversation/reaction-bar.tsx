import { useTranslations } from 'use-intl';
import { type Reaction, reactions } from '../../lib/conversation.ts';

/** The texts that name the reactions. */
const names = {
  '👍': 'thumb',
  '❤️': 'heart',
  '😂': 'laugh',
  '👏': 'clap',
  '🎉': 'party',
  '😮': 'wow',
} as const satisfies Record<Reaction, string>;

/** One press, one reaction. */
export function ReactionBar({ onReact }: { onReact: (reaction: Reaction) => void }) {
  const t = useTranslations('conversation.reactions');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for parts of a form, and these are not.
    <div role="group" aria-label={t('group')} className="flex gap-0.5">
      {reactions.map((reaction) => (
        <button
          key={reaction}
          type="button"
          aria-label={t('send', { name: t(`names.${names[reaction]}`) })}
          title={t(`names.${names[reaction]}`)}
          onClick={() => onReact(reaction)}
          className="grid h-11 min-w-0 flex-1 place-items-center rounded-xl font-emoji text-xl transition-transform hover:bg-sunken active:scale-110"
        >
          {reaction}
        </button>
      ))}
    </div>
  );
}
