import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright/test';
import type { NetworkConditions } from './network-conditions.ts';

/** Where nobody answers: https://www.rfc-editor.org/rfc/rfc863 */
const discardPort = 9;

/** A long way between a page and the servers at one address, for media alone. */
export class FarAway {
  readonly #serverAddress: string;
  readonly #relay: ReturnType<typeof fork>;

  /** @param serverAddress this machine's, as the page sees it */
  constructor(serverAddress: string, roundTripMs: number) {
    this.#serverAddress = serverAddress;
    const program = fileURLToPath(new URL('far-away-process.ts', import.meta.url));
    const words = [serverAddress, String(roundTripMs / 2)];
    this.#relay = fork(program, words, { execArgv: ['--import', 'tsx'] });
  }

  /**
   * Leads `page`, from its next load on, the long way to whatever media server it is told of, and closes every other
   * way that media might find on its `network`.
   */
  async leads(page: Page, network: NetworkConditions): Promise<void> {
    // A server may try the short way before the page knows of any, so it is closed from the start.
    await network.letUdpThroughOnlyTo(discardPort);
    await page.exposeFunction('relayFor', async (serverPort: number) => {
      const relayPort = await this.#open(serverPort);
      await network.letUdpThroughOnlyTo(relayPort);
      return relayPort;
    });
    await page.addInitScript((address) => {
      const add = RTCPeerConnection.prototype.addIceCandidate;
      RTCPeerConnection.prototype.addIceCandidate = async function (
        this: RTCPeerConnection,
        init?: RTCIceCandidateInit | null,
      ): Promise<void> {
        const fields = (init?.candidate ?? '').split(' ');
        // foundation component transport priority address port …: https://www.rfc-editor.org/rfc/rfc8839#section-5.1
        if (fields[2]?.toLowerCase() !== 'udp') return;
        // A Kurento names ports of a second component as well, of which nothing comes where RTP and RTCP share one.
        if (fields[1] !== '1') return;
        if (fields[4] !== address) return;
        const { relayFor } = window as unknown as { relayFor: (serverPort: number) => Promise<number> };
        fields[5] = String(await relayFor(Number(fields[5])));
        await Reflect.apply(add, this, [{ ...init, candidate: fields.join(' ') }]);
      };
    }, this.#serverAddress);
  }

  async close(): Promise<void> {
    const ended = once(this.#relay, 'exit');
    this.#relay.disconnect();
    await ended;
  }

  #open(serverPort: number): Promise<number> {
    return new Promise((resolve) => {
      const read = (answer: { serverPort: number; relayPort: number }): void => {
        if (answer.serverPort !== serverPort) return;
        this.#relay.off('message', read);
        resolve(answer.relayPort);
      };
      this.#relay.on('message', read);
      this.#relay.send(serverPort);
    });
  }
}
