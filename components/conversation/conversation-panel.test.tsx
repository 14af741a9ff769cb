import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { Store } from '../../lib/browser/page/store.ts';
import type { Signaling } from '../../lib/browser/signaling/signaling-client.ts';
import { FakeSignaling, settle } from '../../lib/browser/testing/signaling-doubles.ts';
import type { ConversationUpdate, OwnPart, Question } from '../../lib/conversation.ts';
import { AppError } from '../../lib/errors.ts';
import { renderIn } from '../testing/render-in.tsx';
import { ConversationPanel } from './conversation-panel.tsx';

const conversation = 'a-show';

const message = (id: number, text: string) => ({
  ...{ id, key: `key-of-${id}`, by: 'somebody', name: 'Ann', role: 'viewer' as const, text, at: 1_000 },
});

const question = (id: number, text: string, state: Question['state'] = 'open') => ({
  ...message(id, text),
  ...{ votes: 0, state },
});

/** Shows the panel to somebody who has followed the conversation, on a socket that the test controls. */
async function show(role: OwnPart['role'], update: Partial<ConversationUpdate>) {
  localStorage.setItem('rostrum.name', 'Me');
  const signaling = new FakeSignaling();
  await renderIn(
    <ConversationPanel
      channel="math-101"
      broadcastId={conversation}
      signaling={new Store<Signaling | null>(signaling)}
      credential={() => undefined}
      over={null}
      visible
      onHide={null}
    />,
  );
  let seq = 10;
  const run = (what: () => void) =>
    act(async () => {
      what();
      await settle();
    });
  await run(() => signaling.connect());
  const settings = { isOn: true, slowS: 0, moderators: [], muted: [] };
  const whole = { conversation, after: 0, seq, settings, ...update };
  await run(() =>
    signaling.last('conversation:follow').answer({ update: whole, own: { by: 'me', role, votes: [], choices: {} } }),
  );
  const announce = (change: Partial<ConversationUpdate>) =>
    run(() => {
      signaling.announce('conversation:changed', { conversation, after: seq, seq: seq + 1, ...change });
      seq += 1;
    });
  /** Presses a button as the keyboard does: it has the focus. */
  const press = (button: HTMLElement) =>
    run(() => {
      button.focus();
      fireEvent.click(button);
    });
  return { signaling, announce, press, run };
}

const button = (name: string | RegExp, within_: HTMLElement = document.body) =>
  within(within_).getByRole('button', { name });
const messageOf = (text: string) => screen.getByText(text).closest<HTMLElement>('[data-message]') ?? document.body;
const menuOf = (text: string) => button(/^Actions for/, messageOf(text));

describe('the keyboard focus in the conversation', () => {
  test('goes back to the button of a message after an action, and to the next message when it was deleted', async () => {
    const { announce, press } = await show('presenter', { messages: [message(1, 'one'), message(2, 'two')] });
    await press(menuOf('one'));
    await press(button('Pin', messageOf('one')));
    expect(document.activeElement).toBe(menuOf('one'));
    await press(menuOf('one'));
    await press(button('Delete', messageOf('one')));
    await announce({ deleted: [1] });
    expect(document.activeElement).toBe(menuOf('two'));
    await announce({ deleted: [2] });
    expect(document.activeElement).toBe(screen.getByRole('log'));
  });

  test('is at the next thing to do about a question, or at the next question', async () => {
    const [one, two, three] = [question(1, 'one?'), question(2, 'two?'), question(3, 'three?')];
    const { announce, press } = await show('presenter', { questions: [one, two, three] });
    fireEvent.click(screen.getByRole('tab', { name: /Questions/ }));
    const itemOf = (text: string) => screen.getByText(text).closest('li') ?? document.body;
    await press(button('Answer now', itemOf('two?')));
    await announce({ questions: [{ ...two, state: 'answering' }] });
    expect(document.activeElement).toBe(button('Done', itemOf('two?')));
    await press(button('Done', itemOf('two?')));
    await announce({ questions: [{ ...two, state: 'done' }] });
    expect(document.activeElement).toBe(button(/one\?/, itemOf('one?')));
    await press(button('Dismiss', itemOf('one?')));
    await announce({ questions: [{ ...one, state: 'dismissed' }] });
    expect(document.activeElement).toBe(button(/three\?/, itemOf('three?')));
    await press(button('Dismiss', itemOf('three?')));
    await announce({ questions: [{ ...three, state: 'dismissed' }] });
    expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Questions' }));
  });

  test('goes back to the button that opened the form for a poll', async () => {
    const { press, signaling } = await show('presenter', {});
    fireEvent.click(screen.getByRole('tab', { name: 'Polls' }));
    await press(button('New poll'));
    await press(button('Cancel'));
    expect(document.activeElement).toBe(button('New poll'));
    await press(button('New poll'));
    const fields = ['Question of the poll', 'Choice 1', 'Choice 2'];
    for (const name of fields) fireEvent.change(screen.getByLabelText(name), { target: { value: name } });
    await press(button('Start the poll'));
    expect(signaling.count('conversation:moderate')).toBe(1);
    expect(document.activeElement).toBe(button('New poll'));
    await press(button('New poll'));
    for (let number = 3; number <= 6; number += 1) {
      await press(button('Add a choice'));
      expect(document.activeElement).toBe(screen.getByLabelText(`Choice ${number}`));
    }
  });

  test('stays with the messages after one that was refused is discarded, and in the field after one is sent', async () => {
    const { press, run, signaling } = await show('viewer', {});
    fireEvent.change(screen.getByLabelText('Message'), { target: { value: 'rude' } });
    await press(button('Send'));
    expect(document.activeElement).toBe(screen.getByLabelText('Message'));
    await run(() => signaling.last('conversation:say').refuse(new AppError('chat-slow', 'No.')));
    await press(button('Discard'));
    expect(document.activeElement).toBe(screen.getByRole('log'));
  });

  test('leaves a field that is closed for a region, in which no key does anything', async () => {
    const { announce, run } = await show('viewer', {});
    await run(() => screen.getByLabelText('Message').focus());
    await announce({ settings: { isOn: false, slowS: 0, moderators: [], muted: [] } });
    expect(document.activeElement).toBe(screen.getByRole('log'));
  });

  test('is not taken from another place', async () => {
    const { announce, run } = await show('presenter', { messages: [message(1, 'one'), message(2, 'two')] });
    await run(() => menuOf('one').focus());
    await run(() => menuOf('one').blur());
    await announce({ deleted: [1] });
    expect(document.activeElement).toBe(document.body);
    const elsewhere = document.body.appendChild(document.createElement('button'));
    await run(() => menuOf('two').focus());
    await run(() => elsewhere.focus());
    await announce({ deleted: [2], messages: [message(3, 'three')] });
    expect(document.activeElement).toBe(elsewhere);
    elsewhere.remove();
  });
});
