import type { Callback } from 'kurento-client';
import { toAppError, unanswered } from './kurento-errors.ts';

/** How one request is made. */
export type Call<T> = {
  /** What is tried, for messages: the operation's name. */
  doing: string;
  timeoutMs: number;
  /** Makes the request and passes `callback` on. */
  run: (callback: Callback<T>) => void;
  /** Is given a success that came after the timeout, so that what was made is not orphaned. */
  late?: (result: T) => void;
  /** Rejects when waiting has become pointless. */
  failed?: Promise<never>;
};

/**
 * The one way in which kurento-client is asked: its promises swallow errors, hang, and exchange objects for copies.
 * `T` must not be an object of the media server, which is thenable and would be copied on its way: box it.
 *
 * @throws AppError as {@link toAppError} translates; `media-server-unavailable` after `timeoutMs`
 */
export function callKurento<T>({ doing, timeoutMs, run, late, failed }: Call<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let answered = false;
    const timer = setTimeout(() => {
      answered = true;
      reject(unanswered(doing));
    }, timeoutMs);
    const fail = (error: unknown) => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      reject(toAppError(error, doing));
    };
    failed?.catch(fail);
    try {
      run((error, result) => {
        // The client fails with `undefined` at times; its successes have a null.
        if (error !== null) {
          fail(error);
        } else if (answered) {
          late?.(result);
        } else {
          answered = true;
          clearTimeout(timer);
          resolve(result);
        }
      });
    } catch (error) {
      fail(error);
    }
  });
}
