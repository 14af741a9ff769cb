/** Clients give up a request after 20 s, so work that takes longer is finished after the reply. */
export const replyTimeoutMs = 15_000;

/** Waits for a promise, but no longer than this; returns whether it settled in time. Rejects if the promise does. */
export async function settlesWithin(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([promise.then(() => true), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
