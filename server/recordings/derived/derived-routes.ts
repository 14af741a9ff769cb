import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { z } from 'zod';
import { AppError } from '../../../lib/errors.ts';
import { sendJson } from '../../access/json-answers.ts';
import { attachment, downloadName } from '../content-disposition.ts';
import { sendFile } from '../file-answer.ts';
import type { RecordingAccess } from '../recording-access.ts';
import type { LocatedRecording } from '../recording-manifest.ts';
import { chaptersVtt } from './chapters.ts';
import type { Derived } from './derived.ts';
import type { MadeForm } from './download-forms.ts';
import { pieceSchema, trimRequestSchema } from './trim.ts';
import { readPictures } from './uploaded-pictures.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Resource = Partial<Record<'GET' | 'HEAD' | 'POST' | 'DELETE', Handler>>;

/** The addresses below a recording's own at which there is what is made of it; `null` for any other `view`. */
export function derivedResources(
  derived: Derived,
  rules: RecordingAccess,
): (id: string, view: string) => Resource | null {
  const { library } = derived;
  /** A handler for those who may watch the recording. */
  const forViewers = (id: string, handle: Handler): Resource => {
    const checked: Handler = async (request, response) => {
      const check = await rules.requireViewer(request);
      check(await library.look(id));
      await handle(request, response);
    };
    return { GET: checked, HEAD: checked };
  };

  /** A handler for those who may change the recording. */
  const forManagers = (id: string, handle: Handler): Handler => {
    return async (request, response) => {
      const check = await rules.requireManager(request);
      check(await library.look(id));
      await handle(request, response);
    };
  };

  const views: Readonly<Record<string, (id: string) => Resource>> = {
    details: (id) => forViewers(id, async (_, response) => sendJson(response, 200, await derived.details(id))),
    'chapters.vtt': (id) =>
      forViewers(id, async (request, response) => {
        const { recording } = await library.locate(id);
        const text = chaptersVtt(await library.chapters.of(id), recording.durationMs ?? 0, recording.title);
        response.writeHead(200, {
          'Content-Type': 'text/vtt; charset=utf-8',
          'Content-Length': Buffer.byteLength(text),
          'Cache-Control': 'private, no-cache',
        });
        response.end(request.method === 'HEAD' ? undefined : text);
      }),
    poster: (id) =>
      forViewers(
        id,
        picture(id, (located) => derived.poster(located), 'image/jpeg'),
      ),
    'thumbnails.jpgs': (id) =>
      forViewers(
        id,
        picture(id, (located) => derived.thumbnails(located), 'application/octet-stream'),
      ),
    pictures: (id) => ({
      POST: forManagers(id, async (request, response) => {
        const { poster, pictures } = await readPictures(request);
        await derived.addPictures(id, poster, pictures);
        response.writeHead(204).end();
      }),
    }),
    'download-mp4': (id) => forViewers(id, download(id, 'mp4')),
    'download-sound': (id) => forViewers(id, download(id, 'sound')),
    'download-converted': (id) => forViewers(id, converted(id)),
    conversion: (id) => ({
      POST: forManagers(id, async (_, response) => {
        await derived.conversions.start(await library.locate(id));
        response.writeHead(202).end();
      }),
      DELETE: forManagers(id, async (_, response) => {
        await derived.conversions.cancel(await library.locate(id));
        response.writeHead(204).end();
      }),
    }),
    trim: (id) => ({
      ...forViewers(id, async (request, response) => {
        const query = new URL(request.url ?? '', 'http://localhost').searchParams;
        const wanted = { fromMs: Number(query.get('from') ?? Number.NaN), toMs: Number(query.get('to') ?? Number.NaN) };
        sendJson(response, 200, await derived.plan(id, parse(pieceSchema, wanted)));
      }),
      POST: forManagers(id, async (request, response) => {
        const body: unknown = await json(request).catch(() => null);
        sendJson(response, 201, await derived.trim(id, parse(trimRequestSchema, body)));
      }),
    }),
  };

  /** @param find the name of the file; `null` if there is none */
  function picture(
    id: string,
    find: (located: LocatedRecording) => Promise<string | null>,
    contentType: string,
  ): Handler {
    return async (request, response) => {
      const located = await library.locate(id);
      const file = await find(located);
      response.setHeader('Content-Type', contentType);
      response.setHeader('Cache-Control', 'private, no-cache');
      if (file !== null && (await sendFile({ folder: located.folder, file }, request, response))) return;
      throw new AppError('recording-not-found', 'There is no picture of this recording.');
    };
  }

  function download(id: string, form: MadeForm): Handler {
    return async (request, response) => {
      const { folder, file, contentType, release } = await derived.forms.open(await library.locate(id), form);
      try {
        // Making the file takes a while; the client may have left.
        if (response.destroyed) return;
        await sendDownload(id, { folder, file, contentType }, request, response);
      } finally {
        release();
      }
    };
  }

  function converted(id: string): Handler {
    return async (request, response) => {
      const file = await derived.conversions.open(await library.locate(id));
      await sendDownload(id, { ...file, contentType: 'video/mp4' }, request, response);
    };
  }

  async function sendDownload(
    id: string,
    { folder, file, contentType }: { folder: string; file: string; contentType: string },
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const recording = await library.get(id);
    response.setHeader('Content-Type', contentType);
    response.setHeader('Cache-Control', 'private, no-store');
    response.setHeader('Content-Disposition', attachment(downloadName({ ...recording, contentType })));
    if (await sendFile({ folder, file }, request, response)) return;
    throw new AppError('recording-not-found', 'The file of this recording is gone.');
  }

  return (id, view) => (Object.hasOwn(views, view) ? (views[view]?.(id) ?? null) : null);
}

/** @throws AppError `bad-request` with a sentence */
function parse<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const [{ path = [], message = '' } = {}] = error.issues;
  throw new AppError('bad-request', `Please correct ${path.join('.') || 'the request'}: ${message}`);
}
