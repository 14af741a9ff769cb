import { channelOfRecording } from '../../../lib/recording.ts';
import { isChannelName, maxTitleLength } from '../../../lib/show-names.ts';
import { isRecordingId } from '../recordings-folder.ts';

/** The channel of recordings whose files do not tell one. */
const channelOfImports = 'imported';

/** What the name of a file tells about a recording; `startedAt` is `null` if it does not tell that. */
type ImportedName = { channel: string; title: string; startedAt: number | null };

/** The name of our own downloads: channel, title if there is one, and local time. */
const downloadPattern = /^([a-z0-9-]+) – (?:(.+) – )?(\d{4})-(\d\d)-(\d\d) (\d\d)\.(\d\d)$/u;

/**
 * Reads the name of a file or folder that somebody put into the recordings folder. Downloads of Rostrum get their
 * channel, title and time back.
 * @param name without its extension
 */
export function readImportedName(name: string): ImportedName {
  const plain = name
    .normalize('NFC')
    .replaceAll(/\p{Control}/gu, ' ')
    .trim();
  if (isRecordingId(plain)) {
    const channel = channelOfRecording(plain);
    return { channel: isChannelName(channel) ? channel : channelOfImports, title: channel, startedAt: null };
  }
  const [, channel = '', title = channel, ...numbers] = downloadPattern.exec(plain) ?? [];
  if (!isChannelName(channel)) return { channel: channelOfImports, title: cut(plain), startedAt: null };
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0] = numbers.map(Number);
  const startedAt = new Date(year, month - 1, day, hours, minutes).getTime();
  return { channel, title: cut(title), startedAt };
}

/** A title of the length that titles may have, which ends between characters as people see them. */
function cut(title: string): string {
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(title)) {
    if (index + segment.length > maxTitleLength) break;
    end = index + segment.length;
  }
  return title.slice(0, end).trim() || channelOfImports;
}
