import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { toErrorBody } from '../../../lib/errors.ts';
import { maxRecordingsOfRequest, recordingVisibilities } from '../../../lib/recording-library.ts';
import { titleSchema } from '../../../lib/requests/show-schemas.ts';
import { sendJson } from '../../access/json-answers.ts';
import { readJson } from '../../access/request-body.ts';
import type { RecordingAccess } from '../recording-access.ts';
import type { RecordingLibrary } from '../recording-library.ts';
import { isRecordingId } from '../recordings-folder.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const editSchema = z
  .object({ title: titleSchema, visibility: z.enum(recordingVisibilities), isKept: z.boolean() })
  .partial()
  .refine((edit) => Object.keys(edit).length > 0, 'it names nothing to change');

const shareSchema = z.object({ hours: z.number().int().min(1).max(8_760) });

const idsSchema = z.object({ ids: z.array(z.string().refine(isRecordingId)).min(1).max(maxRecordingsOfRequest) });

/** What can be done with many recordings at once. */
export type BulkChange = 'trash' | 'restore' | 'purge';

/** The handlers of requests that change recordings. All need a key for the recording's channel in their header. */
export function changeHandlers(library: RecordingLibrary, rules: RecordingAccess) {
  const { editor } = library;
  /** Checks before anything reveals whether there is such a recording. */
  const managed = async (id: string, request: IncomingMessage) => {
    const check = await rules.requireManager(request);
    const manifest = await library.look(id);
    check(manifest);
    return manifest;
  };

  const edit =
    (id: string): Handler =>
    async (request, response) => {
      await managed(id, request);
      const { title, visibility, isKept } = await readJson(request, editSchema);
      const given = { ...(title !== undefined && { title }), ...(visibility && { visibility }) };
      await editor.edit(id, { ...given, ...(isKept !== undefined && { isKept }) });
      sendJson(response, 200, await library.get(id));
    };

  const trash =
    (id: string): Handler =>
    async (request, response) => {
      await managed(id, request);
      await editor.trash(id);
      response.writeHead(204).end();
    };

  const share =
    (id: string): Handler =>
    async (request, response) => {
      const manifest = await managed(id, request);
      const { hours } = await readJson(request, shareSchema);
      const expiresAt = Date.now() + hours * 3_600_000;
      sendJson(response, 200, { token: await rules.share(manifest, expiresAt), expiresAt });
    };

  const endShares =
    (id: string): Handler =>
    async (request, response) => {
      await managed(id, request);
      await editor.endShares(id);
      response.writeHead(204).end();
    };

  /** Does what can be done, and says what could not. */
  const changeMany =
    (change: BulkChange): Handler =>
    async (request, response) => {
      const check = await rules.requireManager(request);
      const { ids } = await readJson(request, idsSchema);
      const done: string[] = [];
      const failed: { id: string; error: unknown }[] = [];
      for (const id of new Set(ids)) {
        try {
          await library.shared.look(id);
          check(change === 'trash' ? editor.find(id) : editor.findDeleted(id));
          if (change === 'purge') await editor.remove(id);
          else await editor[change](id);
          done.push(id);
        } catch (error) {
          failed.push({ id, error: toErrorBody(error) });
        }
      }
      sendJson(response, 200, { done, failed });
    };

  return { edit, trash, share, endShares, changeMany };
}
