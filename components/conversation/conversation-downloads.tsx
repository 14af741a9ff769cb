import { Captions, FileBraces } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { recordingPaths } from '../../lib/recording.ts';
import { buttonClass } from '../ui/button.tsx';

/** The forms of a recorded conversation, with the names of their texts. */
const forms = [
  { format: 'vtt', text: 'downloadVtt', Icon: Captions },
  { format: 'json', text: 'downloadJson', Icon: FileBraces },
] as const;

/** Links to a recorded conversation as files. The server names them as it names downloads of recordings. */
export function ConversationDownloads({ recordingId }: { recordingId: string }) {
  const t = useTranslations('conversation.recorded');
  return forms.map(({ format, text, Icon }) => (
    <a
      key={format}
      href={recordingPaths.conversation(recordingId, format)}
      download
      aria-label={t(text)}
      title={t(text)}
      className={buttonClass({ variant: 'ghost', size: 'icon' })}
    >
      <Icon aria-hidden="true" />
    </a>
  ));
}
