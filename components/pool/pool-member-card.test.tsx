import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { ShownMember } from '../../lib/browser/studio/pool-monitor.ts';
import { renderIn } from '../testing/render-in.tsx';
import { PoolMemberCard } from './pool-member-card.tsx';

const show = { broadcastId: 'b', channel: 'news', role: 'edge' as const, parent: 'a1', viewers: 3 };
const member: ShownMember = {
  ...{ id: 'b2', name: 'ws://two', health: 'up', drain: 'none', isSpared: false },
  load: { endpoints: 4, usedCpu: null, share: 0.1 },
  shows: [show, { ...show, broadcastId: 'c', channel: 'talk', role: 'origin', parent: null, viewers: 1 }],
};

test('names the media server from which an edge gets the show, and none for an origin', async () => {
  const nameOf = (id: string) => (id === 'a1' ? 'ws://one' : null);
  await renderIn(<PoolMemberCard {...{ member, nameOf, busy: false, canDrain: true, onChange: () => {} }} />);
  const [edge, origin] = screen.getAllByRole('listitem');
  expect(edge?.textContent).toBe('news3 viewers · from ws://one');
  expect(origin?.textContent).toBe('talkPresenter and 1 viewer');
});
