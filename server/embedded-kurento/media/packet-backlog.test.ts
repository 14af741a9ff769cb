import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FaultReporter } from './fault-reporter.ts';
import { PacketBacklog } from './packet-backlog.ts';

/** A backlog whose clock goes on by `costMs` with each packet; the first byte of a packet is its number. */
function backlogOf(costMs: number) {
  const reported: unknown[] = [];
  let nowMs = 0;
  const faults = new FaultReporter((_level, message) => reported.push(message), 'A packet had a fault');
  const backlog = new PacketBacklog(faults, () => nowMs);
  const handled: number[] = [];
  const receiver = {
    receive: (packet: Buffer) => {
      nowMs += costMs;
      if (packet[0] === 255) throw new Error('a packet that cannot be handled');
      handled.push(packet[0] ?? -1);
    },
  };
  const add = (count: number, first = 0) => {
    for (let number = 0; number < count; number += 1) backlog.add(receiver, Buffer.of(first + number));
  };
  const forget = () => backlog.forget(receiver);
  return { add, forget, handled, reported };
}

describe('the backlog of packets', () => {
  it('does not exist as long as there is time: packets are handled at once', () => {
    const { add, handled } = backlogOf(1);
    add(15);
    expect(handled).toHaveLength(15);
  });

  it('lets the event loop turn between slices of 20 ms, and keeps the order', async () => {
    const { add, handled } = backlogOf(5);
    add(10);
    expect(handled).toEqual([0, 1, 2, 3]);
    await nextTurn();
    expect(handled).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    add(2, 10);
    await nextTurn();
    await nextTurn();
    expect(handled).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('drops what waits for a link that is closed', async () => {
    const { add, forget, handled } = backlogOf(20);
    add(3);
    forget();
    await nextTurn();
    expect(handled).toEqual([0]);
  });

  it('goes on after a packet with a fault, which is reported', async () => {
    const { add, handled, reported } = backlogOf(20);
    add(1, 255);
    add(2);
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    expect(handled).toEqual([0, 1]);
    expect(reported).toEqual(['A packet had a fault']);
  });
});
