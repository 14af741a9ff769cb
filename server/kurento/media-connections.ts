import type { MediaElement, MediaType } from 'kurento-client';
import type { MediaKind } from '../broadcast/media-gateway.ts';
import type { KurentoObject } from './kurento-object.ts';

/** Kurento's names for our kinds. */
export const mediaTypes: Record<MediaKind, MediaType> = { audio: 'AUDIO', video: 'VIDEO' };

type Element = KurentoObject<MediaElement>;

/**
 * Connects one kind of media. A source feeds any number of sinks; a sink that has a source loses it.
 * See https://doc-kurento.readthedocs.io/en/stable/_static/client-jsdoc/module-core_abstracts.MediaElement.html
 * @throws AppError
 */
export async function connectMedia(source: Element, sink: Element, kind: MediaKind): Promise<void> {
  await source.call('connect', (it, callback) => it.connect(sink.object, mediaTypes[kind], callback));
}

/** @throws AppError */
export async function disconnectMedia(source: Element, sink: Element, kind: MediaKind): Promise<void> {
  await source.call('disconnect', (it, callback) => it.disconnect(sink.object, mediaTypes[kind], callback));
}
