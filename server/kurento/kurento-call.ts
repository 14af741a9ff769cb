import type { Callback } from 'kurento-client';
import { toAppError, unanswered } from './kurento-errors.ts';

/** One request. */
export type Call<T> = {
  /** The operation's name, for messages. */
  doing: string;
  timeoutMs: number;
  /** Makes the request and passes `callback` on. */
  run: (callback: Callback<T>) => void;
  /** Called with a result that arrives after the timeout, so that a created object is not orphaned. */
  late?: (result: T) => void;
  /** Rejects when waiting has become pointless. */
  failed?: Promise<never>;
};

/**
 * All requests to kurento-client go through this function: the client's promises swallow errors, hang, and replace
 * objects with copies. `T` must not be an object of the media server: it is thenable, and a promise would replace it
 * with a copy. Box it.
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
        // The client sometimes fails with `undefined`; on success, the error is null.
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
