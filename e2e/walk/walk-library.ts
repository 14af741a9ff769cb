import type { Page } from 'playwright/test';
import type { RecordedConversation } from '../../lib/conversation.ts';
import { expect } from '../fixtures.ts';
import { layRecordings } from '../media/laid-recordings.ts';
import { serverWithRecording } from '../media/made-recording.ts';
import { read } from '../pages/shown-recording.ts';
import { startRostrum } from '../servers/rostrum-server.ts';
import { type LookAt, show, type Walkers } from './walkers.ts';

const dayMs = 86_400_000;

/** Makes `page`, at its next load, that of somebody who has entered the presenter key of a server. */
function enterKey(page: Page, { key }: { key: string }): Promise<unknown> {
  return page.addInitScript((known) => localStorage.setItem('rostrum.presenter-key', known), key);
}

/** The list of recordings, for somebody with a key. The titles are Korean, which no page translates. */
export async function walkTheLibrary({ openPage }: Walkers, lookAt: LookAt): Promise<void> {
  const { channel } = show;
  const { dataDir, laid } = await layRecordings([
    { channel, title: '별자리 이야기', startedAt: Date.now() - dayMs, colour: [38, 92, 140] },
    { channel, title: '직원 회의', startedAt: Date.now() - 2 * dayMs, visibility: 'private' },
    { channel, title: '끊긴 방송', startedAt: Date.now() - 3 * dayMs, state: 'failed', failure: 'nothingCame' },
    { channel, title: '지난달 방송', startedAt: Date.now() - 28 * dayMs, durationMs: 5_400_000 },
  ]);
  const server = await startRostrum({ RECORDINGS_KEEP_DAYS: '30' }, { dataDir });
  try {
    const page = await openPage();
    await enterKey(page, server);
    await page.goto(`${server.url}/recordings`);
    await expect(page.getByText('One recording will be deleted soon')).toBeVisible();
    await page.getByRole('checkbox', { name: 'Select 별자리 이야기' }).check();
    await lookAt(page, 'recordings-selected');
    await page.getByRole('button', { name: 'Edit 직원 회의' }).click();
    await lookAt(page, 'recording-edit');
    await page.getByRole('button', { name: 'Create link' }).click();
    await expect(page.getByRole('textbox', { name: 'Share link' })).toBeVisible();
    await lookAt(page, 'recording-share');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Delete 직원 회의' }).click();
    await expect(page.getByText('The recording is deleted.')).toBeVisible();
    // A notice stays in the language in which it came.
    await lookAt(page, 'recordings-undo', 'en');
    await expect(page.getByText('The recording is deleted.')).toBeHidden({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Recently deleted' }).click();
    await expect(page.getByRole('button', { name: 'Bring back 직원 회의' })).toBeVisible();
    await lookAt(page, 'recordings-deleted');
    await page.goto(`${server.url}/recordings/${laid[2]?.id}`);
    await expect(page.getByText('There is nothing to watch')).toBeVisible();
    await lookAt(page, 'recording-failed');
  } finally {
    await server.close();
  }
}

const conversation: RecordedConversation = {
  version: 1,
  messages: [
    { ms: 1_000, at: 0, name: '김 박사', role: 'presenter', text: '환영합니다!', isPinned: true },
    { ms: 3_000, at: 0, name: '수민', role: 'viewer', text: '안녕하세요 👋', isPinned: false },
  ],
  questions: [{ ms: 4_000, at: 0, name: '수민', text: '저 밝은 별은 무엇인가요?', votes: 3, isAnswered: true }],
  polls: [{ ms: 5_000, at: 0, question: '다음에는 무엇을 볼까요?', choices: ['토성', '달'], counts: [2, 1] }],
  reactions: [],
};

/** The page of a recording with chapters and a conversation, for somebody with a key. */
export async function walkARecording({ openPage }: Walkers, lookAt: LookAt): Promise<void> {
  const page = await openPage();
  const { server, id } = await serverWithRecording(page, {
    title: '별자리 이야기',
    channel: show.channel,
    chapters: [
      { atMs: 0, kind: 'title', title: '봄의 별자리' },
      { atMs: 6_000, kind: 'title', title: '여름의 별자리' },
      { atMs: 12_000, kind: 'interruption', title: null },
    ],
    conversation,
  });
  try {
    await enterKey(page, server);
    await page.goto(`${server.url}/recordings/${id}`);
    await expect.poll(() => read(page, 'duration')).toBeGreaterThan(19);
    await page.locator('video').evaluate((video) => {
      (video as HTMLVideoElement).currentTime = 8;
    });
    await expect(page.getByRole('region', { name: 'Conversation during the show' })).toContainText('안녕하세요');
    await lookAt(page, 'recording-page');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await expect(page.getByText('Slower and faster')).toBeVisible();
    await lookAt(page, 'recording-keys');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Trim', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Trim this recording' })).toBeVisible();
    await lookAt(page, 'recording-trim');
  } finally {
    await server.close();
  }
}
