import { startSteadyTimer } from '../capture/steady-timer.ts';
import { takeThumbnail } from '../capture/thumbnail.ts';
import type { Store } from '../page/store.ts';
import type { Publisher } from './publisher.ts';
import { streamOf } from './publisher-state.ts';
import { ThumbnailSender } from './thumbnail-sender.ts';

/*
 * Loaded once the first show is live: the studio works before that, and without it.
 */

/** The sender of the previews of `publisher`'s shows. */
export function createShowPreviews(publisher: Publisher, allowed: Store<boolean>): ThumbnailSender {
  return new ThumbnailSender({
    allowed,
    shown: () => {
      if (publisher.sentPicture() === null) return null;
      return streamOf(publisher.state.get())?.getVideoTracks()[0] ?? null;
    },
    take: takeThumbnail,
    send: (image) => publisher.request('broadcast:thumbnail', { image }),
    allow: (isAllowed) => publisher.request('thumbnail:allow', { allowed: isAllowed }),
    startTimer: startSteadyTimer,
  });
}
