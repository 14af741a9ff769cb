import { useEffect, useState } from 'react';
import type { ReadableStore } from '../page/store.ts';
import { useStore } from '../page/use-store.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { ConversationClient } from './conversation-client.ts';
import type { ConversationView } from './conversation-state.ts';
import { ParticipantIdentity } from './participant.ts';

/** What a page knows of the show to whose conversation it belongs. */
export type ConversationPlace = {
  channel: string;
  /** The id of the show that is on; `null` while none is. */
  broadcastId: string | null;
  /** The page's socket, which may be another one from time to time; `null` while there is none. */
  signaling: ReadableStore<Signaling | null>;
  /** What lets a viewer in, or the presenter's resume token; none for anyone. */
  credential: () => string | undefined;
};

/** A conversation, as components use it. */
export type ConversationHandle = {
  client: ConversationClient;
  view: ConversationView;
  /** The name of this participant; `null` until one was chosen. */
  name: string | null;
  rename: (name: string) => void;
};

/** Takes part in a conversation as long as the component is mounted. A component that changes channels needs a `key`. */
export function useConversation({
  channel,
  broadcastId,
  signaling,
  credential,
}: ConversationPlace): ConversationHandle {
  const [identity] = useState(() => new ParticipantIdentity());
  const [client] = useState(() => new ConversationClient({ channel, identity, credential }));
  useEffect(() => identity.recall(), [identity]);
  useEffect(() => {
    const attach = () => client.attach(signaling.get());
    attach();
    const stop = signaling.subscribe(attach);
    return () => {
      stop();
      client.close();
    };
  }, [client, signaling]);
  useEffect(() => client.setShow(broadcastId), [client, broadcastId]);
  return {
    client,
    view: useStore(client.view),
    name: useStore(identity.name),
    rename: (name) => identity.rename(name),
  };
}
