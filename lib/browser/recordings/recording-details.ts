import { useEffect, useEffectEvent, useState } from 'react';
import { AppError } from '../../errors.ts';
import { type Recording, recordingPaths } from '../../recording.ts';
import type { RecordingDetails, RecordingPiece, Thumbnails, TrimRequest } from '../../recording-details.ts';
import { ask, field } from './recordings-client.ts';

/** How long after an answer the server is asked again while it makes something, in milliseconds. */
const againMs = 3_000;
/** How often it is asked again for pictures. */
const mostTimes = 20;

/** What belongs to a recording. @throws AppError */
async function fetchDetails(id: string, signal: AbortSignal): Promise<RecordingDetails> {
  const details = await ask(recordingPaths.details(id), { signal });
  if (!Array.isArray(field(details, 'chapters'))) throw new AppError('connection-lost', 'Something else answered.');
  // The server has made it by this type; see `fetchRecordings`.
  return details as RecordingDetails;
}

/** What a piece of a recording would really be: it can begin only with some of its pictures. @throws AppError */
async function fetchPlan(id: string, { fromMs, toMs }: RecordingPiece, signal: AbortSignal): Promise<RecordingPiece> {
  const query = new URLSearchParams({ from: String(Math.round(fromMs)), to: String(Math.round(toMs)) });
  return (await ask(`${recordingPaths.trim(id)}?${query}`, { signal })) as RecordingPiece;
}

/** Makes a recording of a piece, and returns it. @throws AppError `wrong-key`, `bad-request` among others */
export async function trimRecording(id: string, request: TrimRequest, key: string): Promise<Recording> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  return (await ask(recordingPaths.trim(id), { method: 'POST', headers, body: JSON.stringify(request) })) as Recording;
}

/**
 * What belongs to a recording that can be watched; `null` until it is known, and if it cannot be fetched: the recording
 * can be watched without it.
 */
export function useRecordingDetails(id: string): { details: RecordingDetails | null; refresh: () => void } {
  const [details, setDetails] = useState<RecordingDetails | null>(null);
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are fetched again whenever somebody asks.
  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (times: number) => {
      fetchDetails(id, left.signal).then(
        (found) => {
          if (left.signal.aborted) return;
          setDetails(found);
          const isConverting = found.conversion?.state === 'waiting' || found.conversion?.state === 'making';
          if ((found.isMakingPictures && times < mostTimes) || isConverting)
            timer = setTimeout(() => look(times + 1), againMs);
        },
        () => undefined,
      );
    };
    look(1);
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [id, asked]);
  return { details, refresh: () => setAsked((times) => times + 1) };
}

/** What a piece would become: the answer for exactly this piece, the reason why there is none, or nothing yet. */
export type PiecePlan = { piece: RecordingPiece } | { refused: true } | null;

const settleMs = 250;

/** What the piece that somebody is choosing would really be. The server is asked when the choice rests. */
export function usePiecePlan(id: string, piece: RecordingPiece): PiecePlan {
  const { fromMs, toMs } = piece;
  const [plan, setPlan] = useState<PiecePlan>(null);
  useEffect(() => {
    setPlan(null);
    const left = new AbortController();
    const timer = setTimeout(() => {
      fetchPlan(id, { fromMs, toMs }, left.signal).then(
        (found) => !left.signal.aborted && setPlan({ piece: found }),
        (error: unknown) => {
          const isRefused = error instanceof AppError && error.code === 'bad-request';
          if (!left.signal.aborted) setPlan(isRefused ? { refused: true } : null);
        },
      );
    }, settleMs);
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [id, fromMs, toMs]);
  return plan;
}

/** The small pictures along a recording, as addresses that exist while the component does. */
export function useThumbnails(
  id: string,
  thumbnails: Thumbnails | null,
): { pictureAt: (seconds: number) => string | null; load: () => void } {
  const [wanted, setWanted] = useState(false);
  const [pictures, setPictures] = useState<readonly { atMs: number; url: string }[]>([]);
  const show = useEffectEvent(setPictures);
  useEffect(() => {
    if (!wanted || thumbnails === null) return;
    const left = new AbortController();
    let made: { atMs: number; url: string }[] = [];
    fetch(recordingPaths.thumbnails(id), { signal: left.signal })
      .then(async (answer) => (answer.ok ? await answer.blob() : null))
      .then((all) => {
        if (all === null || left.signal.aborted) return;
        made = thumbnails.pictures.map(({ atMs, offset, length }) => ({
          atMs,
          url: URL.createObjectURL(all.slice(offset, offset + length, 'image/jpeg')),
        }));
        show(made);
      })
      // Without pictures, the bar still has its times.
      .catch(() => undefined);
    return () => {
      left.abort();
      for (const { url } of made) URL.revokeObjectURL(url);
    };
  }, [id, thumbnails, wanted]);
  const pictureAt = (seconds: number) => pictures.findLast(({ atMs }) => atMs <= seconds * 1000)?.url ?? null;
  return { pictureAt, load: () => setWanted(true) };
}
