import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { renderIn } from '../testing/render-in.tsx';
import { type Show, ShowForm } from './show-form.tsx';

const title = () => screen.getByLabelText('Title');
const channel = () => screen.getByLabelText('Channel');
const goLive = () => screen.getByRole('button', { name: 'Go live' });
const enter = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });

type ShowOptions = { ready?: boolean; busy?: boolean; channels?: 'all' | string[] };

/** Renders the form; returns the shows that went live and the number of cancellations. */
async function show({
  ready = true,
  busy = false,
  channels,
}: ShowOptions = {}): Promise<{ began: Show[]; cancelled: () => number }> {
  const began: Show[] = [];
  let cancelled = 0;
  await renderIn(
    <ShowForm
      {...{ ready, busy }}
      prominent
      presenterKey="key"
      channels={channels ?? 'all'}
      onGoLive={(what) => began.push(what)}
      onCancel={() => {
        cancelled += 1;
      }}
    />,
  );
  return { began, cancelled: () => cancelled };
}

describe('the show form', () => {
  test('goes live with the trimmed title and the tidied channel', async () => {
    const { began } = await show();
    enter(title(), '  Fractions ');
    enter(channel(), 'Math 101-');
    fireEvent.click(screen.getByRole('switch', { name: /^Record this broadcast/ }));
    fireEvent.click(goLive());
    expect(began).toEqual([{ title: 'Fractions', channel: 'math-101', record: false }]);
  });

  test('shows no errors before the first attempt', async () => {
    await show();
    expect(title().getAttribute('aria-invalid')).toBe('false');
    expect(screen.queryByText('Please give the broadcast a title.')).toBeNull();
  });

  test.each([
    ['a title', '   ', 'math-101', title, 'Please give the broadcast a title.'],
    ['a longer channel', 'Fractions', 'ab', channel, 'A channel name has at least 3 characters.'],
  ])('asks for %s and moves the focus there', async (_, newTitle, newChannel, field, words) => {
    const { began } = await show();
    enter(title(), newTitle);
    enter(channel(), newChannel);
    fireEvent.click(goLive());
    expect(began).toEqual([]);
    expect(document.activeElement).toBe(field());
    expect(field().getAttribute('aria-invalid')).toBe('true');
    const hint = document.getElementById(field().getAttribute('aria-describedby') ?? '');
    expect(hint?.textContent).toBe(words);
  });

  test('offers the channels of a key that is for some, and begins with the first', async () => {
    const { began } = await show({ channels: ['math-101', 'art-101'] });
    expect(channel()).toHaveProperty('value', 'math-101');
    expect([...document.querySelectorAll('datalist option')].map((option) => option.getAttribute('value'))).toEqual([
      'math-101',
      'art-101',
    ]);
    enter(title(), 'Fractions');
    fireEvent.click(goLive());
    expect(began).toMatchObject([{ channel: 'math-101' }]);
  });

  test('shows the watch link', async () => {
    await show();
    enter(channel(), 'Physics');
    expect(screen.getByText('/watch/physics')).toBeDefined();
  });

  test('cannot go live before the camera is ready', async () => {
    await show({ ready: false });
    expect(goLive()).toHaveProperty('disabled', true);
  });

  test('can be cancelled while going live', async () => {
    const { cancelled } = await show({ busy: true });
    expect(title()).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(cancelled()).toBe(1);
  });
});
