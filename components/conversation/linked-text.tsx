import { useTranslations } from 'use-intl';
import { textParts } from '../../lib/browser/conversation/text-parts.ts';

/**
 * A text that somebody wrote. It is shown as text; only addresses with `http` and `https` become links, which say
 * nothing about this page to where they lead.
 */
export function LinkedText({ text }: { text: string }) {
  const t = useTranslations('conversation.chat');
  return (
    <bdi className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {textParts(text).map(({ text: part, href }, index) =>
        href === null ? (
          part
        ) : (
          <a
            // The parts of a text never change their places.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above.
            key={index}
            href={href}
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            referrerPolicy="no-referrer"
            className="text-accent-text underline underline-offset-2"
          >
            {part}
            <span className="sr-only"> ({t('newWindow')})</span>
          </a>
        ),
      )}
    </bdi>
  );
}
