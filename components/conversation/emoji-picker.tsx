import { useTranslations } from 'use-intl';

/** A few emoji for those whose keyboard has none. All others are as good. */
const emoji = [
  '😀',
  '😂',
  '🙂',
  '😉',
  '😍',
  '😎',
  '🤔',
  '😮',
  '😢',
  '😭',
  '😡',
  '😴',
  '🥳',
  '🤯',
  '🙈',
  '🤷',
  '👍',
  '👎',
  '👏',
  '🙌',
  '🙏',
  '👋',
  '💪',
  '👀',
  '❤️',
  '💔',
  '🔥',
  '✨',
  '🎉',
  '🎶',
  '💡',
  '✅',
  '❌',
  '❓',
  '❗',
  '💯',
  '☕',
  '🍀',
  '🚀',
  '🌍',
] as const;

type EmojiPickerProps = { id: string; onPick: (emoji: string) => void };

/** A small choice of emoji. It stays open, so that several can be picked. */
export function EmojiPicker({ id, onPick }: EmojiPickerProps) {
  const t = useTranslations('conversation.chat');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for parts of a form, and these are not.
    <div
      id={id}
      role="group"
      aria-label={t('emojiList')}
      className="grid max-h-40 grid-cols-[repeat(auto-fill,minmax(2.75rem,1fr))] overflow-y-auto rounded-xl border border-line bg-surface p-1"
    >
      {emoji.map((one) => (
        <button
          key={one}
          type="button"
          onClick={() => onPick(one)}
          className="grid h-11 place-items-center rounded-lg font-emoji text-xl hover:bg-sunken"
        >
          {one}
        </button>
      ))}
    </div>
  );
}
