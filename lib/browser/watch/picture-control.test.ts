import { expect, it } from 'vitest';
import { FakeSignaling } from '../testing/signaling-doubles.ts';
import { PictureControl } from './picture-control.ts';

function setUp() {
  const signaling = new FakeSignaling();
  signaling.connect();
  const control = new PictureControl();
  control.attach(signaling);
  return { signaling, control };
}

it('says nothing to the server as long as the viewer wants what is sent anyway', () => {
  const { signaling, control } = setUp();
  control.joined(signaling);
  expect(signaling.count('picture:choose')).toBe(0);
});

it('sends a choice and a limit at once, and again after every join', () => {
  const { signaling, control } = setUp();
  control.choose('low');
  expect(signaling.count('picture:choose')).toBe(0);
  control.joined(signaling);
  expect(signaling.last('picture:choose').body).toEqual({ choice: 'low', limit: 'high' });
  control.limitTo('middle');
  expect(signaling.last('picture:choose').body).toEqual({ choice: 'low', limit: 'middle' });
  control.left();
  control.choose('sound');
  expect(signaling.count('picture:choose')).toBe(2);
  control.joined(signaling);
  expect(signaling.last('picture:choose').body).toEqual({ choice: 'sound', limit: 'middle' });
});

it('knows what is sent, and forgets it when the viewer leaves', () => {
  const { signaling, control } = setUp();
  control.joined(signaling);
  const sent = { selection: 'low', cause: 'loss', offered: [{ tier: 'high', size: 720 }] } as const;
  signaling.announce('picture:selected', sent);
  expect(control.state.get()).toEqual({ choice: 'auto', ...sent });
  control.left();
  expect(control.state.get()).toEqual({ choice: 'auto', selection: 'high', cause: null, offered: [] });
});
