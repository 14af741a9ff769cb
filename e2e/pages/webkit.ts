import { randomInt } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { whyNoDebianPackage, whyNoProgram } from '../../server/testing/debian-package.ts';
import { freeTcpPort } from '../../server/testing/free-port.ts';
import { TiedProcess } from '../../server/testing/tied-process.ts';
import { expect } from '../fixtures.ts';

/** Why there is no WebKit on this machine; `null` if there is one, as Debian packages it. */
export async function whyNoWebKit(): Promise<string | null> {
  const obstacle =
    (await whyNoProgram('WebKitWebDriver', 'webkit2gtk-driver')) ??
    (await whyNoProgram('Xvfb', 'xvfb')) ??
    // Decoders of VP8, and of AAC and H264, for its player.
    (await whyNoDebianPackage('gstreamer1.0-plugins-good')) ??
    (await whyNoDebianPackage('gstreamer1.0-libav'));
  if (obstacle !== null) return obstacle;
  return (await findBrowser()) === undefined ? 'There is no MiniBrowser, which comes with libwebkit2gtk-4.1-0.' : null;
}

async function findBrowser(): Promise<string | undefined> {
  const folders = (await readdir('/usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  for (const folder of folders.map((name) => `/usr/lib/${name}/webkit2gtk-4.1`)) {
    if ((await readdir(folder).catch((): string[] => [])).includes('MiniBrowser')) return `${folder}/MiniBrowser`;
  }
  return undefined;
}

/** The name under which WebDriver returns an element: https://www.w3.org/TR/webdriver2/#elements */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf';

/**
 * A window of WebKit, the engine of Safari, with a camera and a microphone of its own. Debian's build has no WebRTC, so
 * there is no live media. It is driven over WebDriver, which is JSON over HTTP: the libraries for it bring programs of 17
 * MB that look for drivers on the internet.
 */
export class WebKitPerson {
  readonly #parts: readonly TiedProcess[];
  readonly #session: string;

  private constructor(parts: readonly TiedProcess[], session: string) {
    this.#parts = parts;
    this.#session = session;
  }

  static async open(): Promise<WebKitPerson> {
    const display = `:${randomInt(200, 10_000)}`;
    const port = await freeTcpPort();
    const parts = [
      new TiedProcess('Xvfb', [display, '-screen', '0', '1600x1200x24']),
      new TiedProcess('WebKitWebDriver', [`--port=${port}`], {
        DISPLAY: display,
        // Its sandbox does not work for root.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      }),
    ];
    try {
      const driver = `http://127.0.0.1:${port}`;
      const browserOptions = {
        binary: await findBrowser(),
        args: ['--automation', '--enable-media-stream=true', '--enable-mock-capture-devices=true'],
      };
      const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': browserOptions } };
      let session = '';
      // The driver and the display may still be starting.
      await expect(async () => {
        const { sessionId } = await call<{ sessionId: string }>('POST', `${driver}/session`, { capabilities });
        session = `${driver}/session/${sessionId}`;
      }).toPass({ timeout: 30_000 });
      return new WebKitPerson(parts, session);
    } catch (error) {
      await Promise.all(parts.map((part) => part.close()));
      throw error;
    }
  }

  async goto(address: string): Promise<void> {
    await this.#call('POST', 'url', { url: address });
  }

  /** The window's size in CSS pixels; the window may be a little larger than a small one that is asked for. */
  async resize(width: number, height: number): Promise<void> {
    await this.#call('POST', 'window/rect', { width, height });
  }

  /** Runs a function in the page; it must not use anything from outside itself but its arguments. */
  evaluate<Result, Args extends readonly unknown[]>(run: (...args: Args) => Result, ...args: Args): Promise<Result> {
    return this.#call<Result>('POST', 'execute/sync', { script: `return (${run}).apply(null, arguments)`, args });
  }

  /** Presses the button or link with this text or label. */
  async press(name: string): Promise<void> {
    const has = `normalize-space()='${name}' or @aria-label='${name}'`;
    await expect(async () => {
      const found = await this.#call<Record<string, string>>('POST', 'element', {
        using: 'xpath',
        value: `//*[(self::button or self::a) and (${has})]`,
      });
      await this.#call('POST', `element/${found[elementKey]}/click`, {});
    }).toPass({ timeout: 15_000 });
  }

  /** Presses and releases a key. */
  async key(value: string): Promise<void> {
    const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value }));
    await this.#call('POST', 'actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** What can be read on the page. */
  text(): Promise<string> {
    return this.evaluate(() => document.body.innerText);
  }

  async seesText(text: string): Promise<void> {
    await expect.poll(() => this.text()).toContain(text);
  }

  /** The colour in the middle of the video, as red, green and blue; for a video on the page's own site. */
  colour(): Promise<number[]> {
    return this.evaluate(() => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [1, 1];
      const context = canvas.getContext('2d');
      const video = document.querySelector('video');
      if (video !== null) context?.drawImage(video, 0, 0, 1, 1);
      return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
    });
  }

  async close(): Promise<void> {
    await call('DELETE', this.#session).catch(() => {});
    await Promise.all(this.#parts.map((part) => part.close()));
  }

  #call<Result = unknown>(method: string, path: string, body: unknown): Promise<Result> {
    return call<Result>(method, `${this.#session}/${path}`, body);
  }
}

/** A command of WebDriver. @throws Error with what it answers */
async function call<Result>(method: string, address: string, body?: unknown): Promise<Result> {
  const response = await fetch(address, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  // The tests trust the shapes of the W3C's recommendation.
  const { value } = (await response.json()) as { value: Result & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
