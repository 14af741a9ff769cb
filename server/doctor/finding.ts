/**
 * Whether a part works (`ok`), works with a risk (`risk`), does not work (`broken`), or is not used or could not be
 * checked (`open`).
 */
type Verdict = 'ok' | 'risk' | 'broken' | 'open';

/** One result of a check. */
export type Finding = {
  verdict: Verdict;
  /** One or two sentences about what was found. */
  text: string;
  /** What to do about it, as a sentence. */
  advice?: string;
};

export const ok = (text: string): Finding => ({ verdict: 'ok', text });
export const risk = (text: string, advice: string): Finding => ({ verdict: 'risk', text, advice });
export const broken = (text: string, advice: string): Finding => ({ verdict: 'broken', text, advice });
export const open = (text: string, advice?: string): Finding => ({
  verdict: 'open',
  text,
  ...(advice !== undefined && { advice }),
});

const symbols: Record<Verdict, string> = { ok: '✓', risk: '!', broken: '✗', open: '–' };
const nameWidth = 14;

/** The lines of a finding, as they are printed. */
export function describeFinding(name: string, { verdict, text, advice }: Finding): string {
  const line = `${symbols[verdict]} ${name.padEnd(nameWidth)} ${text}`;
  return advice === undefined ? line : `${line}\n${' '.repeat(nameWidth + 3)}→ ${advice}`;
}

/** The reason of a failed system call or connection, in brackets. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `(${String(error)})`;
  // Node.js collects the failures for several addresses of a name, and leaves the message of the whole empty.
  const { code } = error as NodeJS.ErrnoException;
  return `(${code ?? error.message})`;
}
