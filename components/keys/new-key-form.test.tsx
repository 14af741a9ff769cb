import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { renderIn } from '../testing/render-in.tsx';
import { NewKeyForm } from './new-key-form.tsx';

const name = () => screen.getByLabelText('Name');
const channels = () => screen.getByLabelText('Channels');
const make = () => fireEvent.click(screen.getByRole('button', { name: 'Make the key' }));
const enter = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });

async function show(): Promise<[string, unknown][]> {
  const made: [string, unknown][] = [];
  await renderIn(<NewKeyForm busy={false} onMake={(...key) => made.push(key)} />);
  return made;
}

describe('the form for a presenter key', () => {
  test.each([
    ['', 'all'],
    [' , ', 'all'],
    ['math-101', ['math-101']],
    ['Math-101, art-101;math-101 music', ['math-101', 'art-101', 'music']],
  ])('reads the channels “%s”', async (text, expected) => {
    const made = await show();
    enter(name(), ' Anna ');
    enter(channels(), text);
    make();
    expect(made).toEqual([['Anna', expected]]);
  });

  test.each([
    ['a name', '', 'math-101', name, 'Please give the key a name.'],
    ['another channel', 'Anna', 'math-101, x', channels, /^“x” is not a channel name/],
  ])('asks for %s and moves the focus there', async (_, newName, text, field, words) => {
    const made = await show();
    enter(name(), newName);
    enter(channels(), text);
    make();
    expect(made).toEqual([]);
    expect(document.activeElement).toBe(field());
    expect(screen.getByText(words)).toBeTruthy();
  });
});
