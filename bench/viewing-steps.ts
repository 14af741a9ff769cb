import type { Page } from 'playwright/test';

/** What happens on the way to a picture, in its order on a page that asks for one step after the other. */
export const viewingSteps = [
  'connection made',
  'line opens',
  'line open',
  'offer made',
  'join asked',
  'join answered',
  'way found (ICE)',
  'secured (DTLS)',
  'first picture complete',
  'first picture shown',
] as const;

/** A step that {@link noteViewingSteps} notes. */
export type ViewingStep = (typeof viewingSteps)[number];

/** What the script in the page keeps: when each step was first taken after the click, in milliseconds. */
type NotedSteps = { clickedMs: number | null; steps: Partial<Record<ViewingStep, number>> };

/**
 * Lets `page` note, from its next load on, when a show is clicked and when each step to its first picture is taken. It
 * listens to the browser's own objects, so that any version of the page can be measured.
 */
export async function noteViewingSteps(page: Page, link: string, picture: string): Promise<void> {
  await page.addInitScript(
    ({ link, picture }) => {
      const noted: NotedSteps = { clickedMs: null, steps: {} };
      Object.assign(window, { viewingSteps: noted });
      const note = (step: ViewingStep, at = performance.now()) => {
        noted.steps[step] ??= at;
      };
      const forget = ({ target }: Event) => {
        if (!(target instanceof Element) || target.closest(link) === null) return;
        noted.clickedMs = performance.now();
      };
      document.addEventListener('click', forget, true);

      const Line = window.WebSocket;
      window.WebSocket = class extends Line {
        constructor(...words: ConstructorParameters<typeof Line>) {
          super(...words);
          note('line opens');
          // Acknowledgements of Socket.IO are told apart by their number: 42<number>["viewer:join", …] and 43<number>[…].
          let join: string | undefined;
          this.addEventListener('open', () => note('line open'));
          this.addEventListener('message', ({ data }) => {
            if (join !== undefined && typeof data === 'string' && data.startsWith(`43${join}[`)) note('join answered');
          });
          const send = this.send.bind(this);
          this.send = (data) => {
            const asked = typeof data === 'string' ? /^42(\d+)\["viewer:join"/.exec(data)?.[1] : undefined;
            if (asked !== undefined) {
              join = asked;
              note('join asked');
            }
            send(data);
          };
        }
      };

      const Connection = window.RTCPeerConnection;
      window.RTCPeerConnection = class extends Connection {
        constructor(...words: ConstructorParameters<typeof Connection>) {
          super(...words);
          note('connection made');
          this.addEventListener('signalingstatechange', () => {
            if (this.signalingState === 'have-local-offer') note('offer made');
          });
          this.addEventListener('iceconnectionstatechange', () => {
            if (['connected', 'completed'].includes(this.iceConnectionState)) note('way found (ICE)');
          });
          this.addEventListener('connectionstatechange', () => {
            if (this.connectionState === 'connected') note('secured (DTLS)');
          });
        }
      };

      new MutationObserver(() => {
        const video = document.querySelector<HTMLVideoElement>(picture);
        if (video === null || video.dataset.noted === 'yes') return;
        video.dataset.noted = 'yes';
        video.requestVideoFrameCallback((_, { presentationTime, receiveTime }) => {
          if (receiveTime !== undefined) note('first picture complete', receiveTime);
          note('first picture shown', presentationTime);
        });
      }).observe(document, { childList: true, subtree: true });
    },
    { link, picture },
  );
}
