import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright/test';
import type { NetworkConditions } from './network-conditions.ts';

/** A port at which no server answers: https://www.rfc-editor.org/rfc/rfc863 */
const discardPort = 9;

/** A long path between a page and the servers at one address, for media only. */
export class FarAway {
  readonly #serverAddress: string;
  readonly #relay: ReturnType<typeof fork>;

  /** @param serverAddress this machine's address, as the page sees it */
  constructor(serverAddress: string, roundTripMs: number) {
    this.#serverAddress = serverAddress;
    const program = fileURLToPath(new URL('far-away-process.ts', import.meta.url));
    const words = [serverAddress, String(roundTripMs / 2)];
    this.#relay = fork(program, words, { execArgv: ['--import', 'tsx'] });
  }

  /**
   * Makes `page`, from its next load on, use the long path to every media server whose candidates it receives, and
   * closes every other path for media on its `network`.
   */
  async leads(page: Page, network: NetworkConditions): Promise<void> {
    // A server may try the short path before the page knows of any, so it is closed from the start.
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
        // A Kurento also offers ports of a second component, which are unused where RTP and RTCP share one component.
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
