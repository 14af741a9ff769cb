import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderIn } from '../testing/render-in.tsx';
import { ConversationDownloads } from './conversation-downloads.tsx';

const id = '2026-11-22-math-101-k3v9x2pm';

test.each([
  ['en', 'Download as subtitles (WebVTT)', 'Download as data (JSON)'],
  ['ko', '자막(WebVTT)으로 다운로드', '데이터(JSON)로 다운로드'],
] as const)(
  'a conversation is offered as subtitles and as data, under the name that the server gives (%s)',
  async (locale, ...names) => {
    await renderIn(<ConversationDownloads recordingId={id} />, locale);
    const links = names.map((name) => screen.getByRole('link', { name }));
    expect(links.map((link) => link.getAttribute('href'))).toEqual([
      `/api/recordings/${id}/conversation.vtt`,
      `/api/recordings/${id}/conversation.json`,
    ]);
    // With a value, the link would name the file itself where the server does not.
    expect(links.map((link) => link.getAttribute('download'))).not.toContain(null);
  },
);
