import { expect, test } from 'vitest';
import { AppError } from '../../errors.ts';
import { FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { AnnouncementEditor } from './announcement-editor.ts';

const upcoming = { channel: 'math-101', title: 'Math 101', startsAt: 1_000 };
const plan = { key: 'key', channel: 'math-101', title: 'Math 101', startsAt: 1_000 };

async function openEditor() {
  const socket = new FakeSignaling();
  const editor = new AnnouncementEditor(() => socket);
  editor.open();
  socket.connect();
  socket.last('lobby:follow').answer({ broadcasts: [], upcoming: [] });
  await settle();
  return { editor, socket };
}

test('announcements are known, also those of others', async () => {
  const { editor, socket } = await openEditor();
  expect(editor.state.get().shows).toEqual([]);
  socket.announce('lobby:changed', { broadcasts: [], upcoming: [upcoming] });
  expect(editor.state.get().shows).toMatchObject([upcoming]);
  socket.announce('lobby:changed', { broadcasts: [], upcoming: [] });
  expect(editor.state.get().shows).toEqual([]);
});

test('a request is in progress, and then done or refused', async () => {
  const { editor, socket } = await openEditor();
  const announcing = editor.announce(plan);
  expect(editor.state.get().work).toBe('busy');
  await settle();
  socket.last('show:announce').answer({ upcoming });
  await announcing;
  expect(editor.state.get().work).toBe('announced');

  const withdrawing = editor.withdraw({ key: 'key', channel: 'math-101' });
  await settle();
  socket.last('show:withdraw').refuse(new AppError('wrong-key', 'Not this one.'));
  await withdrawing;
  expect(editor.state.get().work).toMatchObject({ error: { code: 'wrong-key' } });
});

test('a second click while a request is in progress sends nothing', async () => {
  const { editor, socket } = await openEditor();
  void editor.announce(plan);
  void editor.announce(plan);
  await settle();
  expect(socket.count('show:announce')).toBe(1);
});
