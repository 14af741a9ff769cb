/** The server cannot start for a reason that its owner can mend; the message is one sentence that says how. */
export class StartError extends Error {
  override name = 'StartError';
}
