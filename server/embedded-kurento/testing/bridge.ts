import { isJsonObject } from '../rpc/json-rpc.ts';
import type { RawClient, RawEvent } from './raw-client.ts';

/** A client of a media server, and a pipeline on it. */
export type MediaSite = { client: RawClient; pipeline: string };

/** Sends the candidates of one endpoint to another, future ones included. */
function bridgeCandidates(from: MediaSite, source: string, to: MediaSite, sink: string): void {
  const tell = ({ object, type, data }: RawEvent): void => {
    if (object !== source || type !== 'IceCandidateFound' || !isJsonObject(data.candidate)) return;
    const operationParams = { candidate: data.candidate };
    to.client.post('invoke', { object: sink, operation: 'addIceCandidate', operationParams });
  };
  for (const event of from.client.events) tell(event);
  from.client.onEvent(tell);
}

/** Makes `offerer` send an offer to `answerer`, and waits until media can flow. */
export async function bridge(from: MediaSite, offerer: string, to: MediaSite, answerer: string): Promise<void> {
  const offer = String(await from.client.invoke(offerer, 'generateOffer'));
  const answer = String(await to.client.invoke(answerer, 'processOffer', { offer }));
  await from.client.invoke(offerer, 'processAnswer', { answer });
  bridgeCandidates(from, offerer, to, answerer);
  bridgeCandidates(to, answerer, from, offerer);
  await from.client.invoke(offerer, 'gatherCandidates');
  await to.client.invoke(answerer, 'gatherCandidates');
}

/** The same for endpoints of plain RTP, which need no candidates. */
export async function bridgeRtp(from: MediaSite, offerer: string, to: MediaSite, answerer: string): Promise<void> {
  const offer = String(await from.client.invoke(offerer, 'generateOffer'));
  const answer = String(await to.client.invoke(answerer, 'processOffer', { offer }));
  await from.client.invoke(offerer, 'processAnswer', { answer });
}
