import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { viewerCredentials } from '../../lib/browser/page/stored-credentials.ts';
import { AppError } from '../../lib/errors.ts';
import { renderIn } from '../testing/render-in.tsx';
import { PasscodeForm } from './passcode-form.tsx';

const field = () => screen.getByLabelText('Passcode');
const enter = () => screen.getByRole('button', { name: 'Enter' });

/** Renders the form for a channel whose passcode is `right`; returns how often a viewer was let in. */
async function show(channel: string) {
  let entered = 0;
  await renderIn(
    <PasscodeForm
      channel={channel}
      onEntered={() => {
        entered += 1;
      }}
      enter={async (_, passcode) => {
        if (passcode !== 'right') throw new AppError('wrong-passcode', 'No.');
        return { ticket: 'rs_ticket' };
      }}
    />,
  );
  return () => entered;
}

describe('the passcode form', () => {
  beforeEach(() => localStorage.clear());

  test('lets the viewer in with the right passcode, and keeps the ticket, but not the passcode', async () => {
    const entered = await show('math-101');
    fireEvent.change(field(), { target: { value: 'right' } });
    fireEvent.click(enter());
    await waitFor(() => expect(entered()).toBe(1));
    expect(viewerCredentials.find('math-101')).toBe('rs_ticket');
    expect(JSON.stringify({ ...localStorage })).not.toContain('right');
  });

  test('says that a passcode is wrong, and leaves the focus in the field', async () => {
    const entered = await show('art-101');
    fireEvent.change(field(), { target: { value: 'wrong' } });
    fireEvent.click(enter());
    expect((await screen.findByRole('alert')).textContent).toBe('This passcode is not right.');
    await waitFor(() => expect(document.activeElement).toBe(field()));
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(entered()).toBe(0);
    expect(viewerCredentials.find('art-101')).toBeUndefined();
  });

  test('is not sent while it is empty', async () => {
    await show('art-101');
    expect(enter()).toHaveProperty('disabled', true);
  });
});
