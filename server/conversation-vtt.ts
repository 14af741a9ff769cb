import type { RecordedConversation } from '../lib/conversation.ts';

/** How long a message is shown as a subtitle, in milliseconds. */
const cueMs = 5_000;

/** The messages of a conversation as WebVTT (https://www.w3.org/TR/webvtt1/), one cue each, with the name as its voice. */
export function conversationVtt({ messages }: RecordedConversation): string {
  const cues = [...messages]
    .sort((a, b) => a.ms - b.ms)
    .map(({ ms, name, text }, index) => {
      const times = `${timestamp(ms)} --> ${timestamp(ms + cueMs)}`;
      return `${index + 1}\n${times}\n<v ${escapeCue(name)}>${escapeCue(text)}\n`;
    });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

/** Names and texts have no line breaks; these characters are all that has a meaning in the text of a cue. */
function escapeCue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `hh:mm:ss.ttt` */
function timestamp(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1_000) % 60].map(Math.floor);
  const padded = (value = 0) => String(value).padStart(2, '0');
  return `${padded(hours)}:${padded(minutes)}:${padded(seconds)}.${String(whole % 1_000).padStart(3, '0')}`;
}
