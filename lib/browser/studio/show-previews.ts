import { startSteadyTimer } from '../capture/steady-timer.ts';
import { takeThumbnail } from '../capture/thumbnail.ts';
import type { Store } from '../page/store.ts';
import type { Publisher } from './publisher.ts';
import { ThumbnailSender } from './thumbnail-sender.ts';

/**
 * Sends previews of every show of `publisher`, for as long as that exists and as far as `allowed` says, which follows
 * what another device of the presenter has chosen.
 */
export function sendPreviews(publisher: Publisher, allowed: Store<boolean>): void {
  const sender = new ThumbnailSender({
    allowed,
    shown: () => (publisher.sent.picture === null ? null : (publisher.sent.stream?.getVideoTracks()[0] ?? null)),
    take: takeThumbnail,
    send: (image) => publisher.request('broadcast:thumbnail', { image }),
    allow: (isAllowed) => publisher.request('thumbnail:allow', { allowed: isAllowed }),
    startTimer: startSteadyTimer,
  });
  const follow = () => sender.keep(publisher.state.get().phase === 'live');
  publisher.state.subscribe(follow);
  publisher.sent.subscribe(follow);
  follow();
}
