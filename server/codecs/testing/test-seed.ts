/** The seed of all random numbers of a test file. It is printed with each failure; FUZZ_SEED=<seed> repeats the run. */
export const testSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 1e9);

/** The first numbers of an RTP stream, which a sender may choose freely (RFC 3550 §5.1, RFC 7741 §4.2). */
export type StreamStart = {
  /** 0 … 65535 */
  readonly sequenceNumber: number;
  /** 0 … 2³² − 1, in ticks of the codec's clock. */
  readonly timestamp: number;
  /** 0 … 32767 */
  readonly pictureId: number;
  /** VP8's and VP9's TL0PICIDX, 0 … 255. */
  readonly baseNumber: number;
};

/** Ranges where arithmetic may fail: shortly before the wrap-around, shortly before the sign bit, and anywhere. */
const places = ['before the wrap', 'before the sign bit', 'upper half', 'anywhere'] as const;
/** The maximum distance from the edge at which a stream begins, so that even a short test crosses it. */
const approach = { sequenceNumber: 100, timestamp: 180_000, pictureId: 30, baseNumber: 10 } as const;
const bits = { sequenceNumber: 16, timestamp: 32, pictureId: 15, baseNumber: 8 } as const;

/**
 * Draws the first numbers of a stream: the same for the same seed and name, regardless of earlier draws.
 * @param name distinguishes the streams of one test file
 */
export function streamStart(name: string, seed = testSeed): StreamStart {
  const next = randomNumbers(hashOf(name, seed));
  const draw = (field: keyof StreamStart): number => {
    const size = 2 ** bits[field];
    const place = places[Math.floor(next() * places.length)];
    const share = next();
    if (place === 'before the wrap') return size - 1 - Math.floor(share * approach[field]);
    if (place === 'before the sign bit') return size / 2 - 1 - Math.floor(share * approach[field]);
    return place === 'upper half' ? size / 2 + Math.floor((share * size) / 2) : Math.floor(share * size);
  };
  return {
    sequenceNumber: draw('sequenceNumber'),
    timestamp: draw('timestamp'),
    pictureId: draw('pictureId'),
    baseNumber: draw('baseNumber'),
  };
}

/**
 * The same for a sender whose media is encrypted. Its sequence numbers begin in the lower half: otherwise, receivers
 * that miss the first packets could also miss a wrap-around, and could decrypt nothing after it
 * (https://www.rfc-editor.org/rfc/rfc3711#section-3.3.1).
 */
export function encryptedStreamStart(name: string, seed = testSeed): StreamStart {
  const start = streamStart(name, seed);
  return { ...start, sequenceNumber: start.sequenceNumber & 0x7fff };
}

/** Random numbers 0 … 1, the same sequence for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a, initialised with the seed. */
function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
