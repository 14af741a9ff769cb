import type { AppError } from '../../errors.ts';
import { PeerLink } from '../rtc/peer-link.ts';
import type { Reception } from '../rtc/reception.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { ExpectedMedia } from './stall-monitor.ts';

/** How the server is asked for another link beside the present one. */
export type LinkWay = {
  signaling: Signaling;
  /** Negotiates the link, if it is still wanted. @throws AppError */
  open: (link: PeerLink, isWanted: () => boolean) => Promise<unknown>;
  /** Keeps the new link, or the former one. */
  settle: (on: 'new' | 'former') => void;
};

/** The parts of a move; the callbacks concern the session that the link is for. */
export type LinkMoveParts = {
  createReception: () => Reception;
  /** False in a hidden tab: frames are not decoded there. */
  isVisible: () => boolean;
  /** The media that should be arriving. */
  expected: () => ExpectedMedia;
  /** Whether the link that is to be replaced is still the session's. */
  isWanted: () => boolean;
  /** The new link carries what the former one does, and is the session's from now on. Called again after a short break. */
  onConnected: (link: PeerLink, stream: MediaStream) => void;
  /** The new link, which is the session's, is lost. */
  onLost: (error: AppError) => void;
};

/** How often the new link is looked at, in milliseconds: a frame of 25 per second. */
const lookEveryMs = 40;
/** How long the new link may take, in milliseconds. The server asks again after that. */
const timeoutMs = 7_000;

/**
 * Makes another link for a viewer while the present one goes on. When the first frame has arrived over it, it takes the
 * place of the present one; if none arrives, everything stays as it is. Never rejects.
 */
export async function moveLink(way: LinkWay, parts: LinkMoveParts): Promise<void> {
  const { connection, stream, offer } = parts.createReception();
  let role: 'candidate' | 'chosen' | 'lost' = 'candidate';
  const link: PeerLink = new PeerLink(
    way.signaling,
    connection,
    {
      onConnected: () => {
        if (role === 'chosen') parts.onConnected(link, stream);
      },
      onLost: (error) => {
        if (role === 'chosen') parts.onLost(error);
        role = 'lost';
      },
    },
    { offer },
  );
  const isHopeful = () => role === 'candidate' && parts.isWanted();
  const deadline = performance.now() + timeoutMs;
  try {
    await way.open(link, isHopeful);
    while (isHopeful() && performance.now() < deadline) {
      if ((await carries(link, parts)) && isHopeful()) {
        role = 'chosen';
        parts.onConnected(link, stream);
        way.settle('new');
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  } catch {
    // The server has refused, or did not answer: the present link goes on.
  }
  link.close();
  if (parts.isWanted()) way.settle('former');
}

/** Whether what should arrive has begun to arrive over the link. */
async function carries(link: PeerLink, { expected, isVisible }: LinkMoveParts): Promise<boolean> {
  if (!link.connected) return false;
  const { bytes, videoBytes, framesDecoded } = await link.received();
  switch (expected()) {
    case 'nothing':
      return true;
    case 'sound':
      return bytes > 0;
    case 'picture':
      return isVisible() ? framesDecoded > 0 : videoBytes > 0;
  }
}
