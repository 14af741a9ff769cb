import { Histogram } from '../figures/histogram.ts';
import { monotonicUs } from '../platform/clock.ts';
import type { IdleViewersOrder, IdleViewersReport } from './idle-viewers.ts';
import { SignalingSocket } from './signaling-socket.ts';

/*
 * The process of idle viewers. It obeys the process that started it, and ends with it. A title that is a number is the
 * time at which it was given, in microseconds of the monotonic clock.
 */

const report = (message: IdleViewersReport) => void process.send?.(message);

async function join({ url, channel, count, inFlight, timeoutMs }: IdleViewersOrder): Promise<void> {
  const [replyUs, failures] = [new Histogram(), [] as string[]];
  let left = count;
  let delayUs = new Histogram();
  const told = (title: string | undefined) => {
    const sinceUs = Number(title);
    if (Number.isNaN(sinceUs)) return;
    delayUs.record(monotonicUs() - sinceUs);
    if (delayUs.count < replyUs.count) return;
    report({ type: 'told', delayUs: delayUs.toJSON() });
    delayUs = new Histogram();
  };
  const joinSome = async () => {
    while (left > 0) {
      left -= 1;
      try {
        const socket = await SignalingSocket.open(url, timeoutMs);
        const askedUs = monotonicUs();
        await socket.request('channel:follow', { channel });
        replyUs.record(monotonicUs() - askedUs);
        // The title of the show before is no number.
        const titles = new Set<string>();
        socket.on('broadcast:changed', ({ broadcast }) => {
          // Other changes announce the same title again.
          if (broadcast === null || titles.has(broadcast.title)) return;
          titles.add(broadcast.title);
          told(broadcast.title);
        });
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, joinSome));
  report({ type: 'joined', replyUs: replyUs.toJSON(), failures });
}

process.on('message', (order: IdleViewersOrder) => void join(order));
process.once('disconnect', () => process.exit());
// An interrupt from the keyboard reaches all processes at once; the process that started this one decides what to do.
process.on('SIGINT', () => {});
