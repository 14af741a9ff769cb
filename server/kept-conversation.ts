import type { RecordedConversation } from '../lib/conversation.ts';
import { vttText, vttTime } from './webvtt.ts';

/** How long a message is shown as a subtitle, in milliseconds. */
const cueMs = 5_000;

/** The messages of a conversation as WebVTT (https://www.w3.org/TR/webvtt1/), one cue each, with the name as its voice. */
export function conversationVtt({ messages }: RecordedConversation): string {
  const cues = [...messages]
    .sort((a, b) => a.ms - b.ms)
    .map(({ ms, name, text }, index) => {
      const times = `${vttTime(ms)} --> ${vttTime(ms + cueMs)}`;
      return `${index + 1}\n${times}\n<v ${vttText(name)}>${vttText(text)}\n`;
    });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

/** The files in which a conversation is kept with a recording: everything as JSON, and the messages as WebVTT. */
export function conversationFiles(recorded: RecordedConversation): { json: string; vtt: string } {
  return { json: `${JSON.stringify(recorded)}\n`, vtt: conversationVtt(recorded) };
}

/** Whether there is nothing to keep. */
export function isEmptyConversation({ messages, questions, polls, reactions }: RecordedConversation): boolean {
  return messages.length + questions.length + polls.length + reactions.length === 0;
}
