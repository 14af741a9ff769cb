import type { Page } from 'playwright/test';

/*
 * Faults that keep a page from its camera, its server or its media, so that its messages can be tested. Each takes
 * effect from the page's next load on.
 */

/** The browser asks for permission to use the camera, and the user does not answer. */
export async function leaveTheCameraUnanswered(page: Page): Promise<void> {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined);
  });
}

/** Access to the camera fails: `NotAllowedError` is a refusal, and `NotFoundError` means that there is none. */
export async function refuseTheCamera(page: Page, reason: 'NotAllowedError' | 'NotFoundError'): Promise<void> {
  await page.addInitScript((name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('refused', name));
  }, reason);
}

/** The reasons for which a browser denies a device, with Chromium's names and messages. */
const refusals = {
  busy: ['NotReadableError', 'Could not start video source'],
  missing: ['NotFoundError', 'Requested device not found'],
  'denied by the system': ['NotAllowedError', 'Permission denied by system'],
} as const;

/**
 * One kind of device is unavailable until {@link freeTheDevices}. As in every browser, a request for both kinds then
 * fails. With `a moment`, the device becomes unavailable only at {@link takeTheDevices}.
 */
export async function refuseOneDevice(
  page: Page,
  kind: 'video' | 'audio',
  reason: keyof typeof refusals,
  from: 'the beginning' | 'a moment' = 'the beginning',
): Promise<void> {
  const [name, message] = refusals[reason];
  await page.addInitScript(
    ({ kind, name, message, begins }) => {
      let refused = begins;
      Object.assign(window, {
        takeTheDevices: () => {
          refused = true;
        },
        freeTheDevices: () => {
          refused = false;
        },
      });
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (wanted) =>
        refused && wanted?.[kind] ? Promise.reject(new DOMException(message, name)) : open(wanted);
    },
    { kind, name, message, begins: from === 'the beginning' },
  );
}

/** Makes the devices available again that {@link refuseOneDevice} keeps from `page`. */
export async function freeTheDevices(page: Page): Promise<void> {
  await page.evaluate(() => (window as Window & { freeTheDevices?: () => void }).freeTheDevices?.());
}

/** Another program takes the devices that {@link refuseOneDevice} refuses. */
export async function takeTheDevices(page: Page): Promise<void> {
  await page.evaluate(() => (window as Window & { takeTheDevices?: () => void }).takeTheDevices?.());
}

/** The page runs on a phone, which cannot open a camera while another one is open. */
export async function openOneCameraAtATime(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let running: MediaStreamTrack[] = [];
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      running = running.filter(({ readyState }) => readyState === 'live');
      if (wanted?.video && running.length > 0) {
        throw new DOMException('Could not start video source', 'NotReadableError');
      }
      const stream = await open(wanted);
      running.push(...stream.getVideoTracks());
      return stream;
    };
  });
}

/** The browser does not support WebRTC, like some browsers inside other applications. */
export async function takeWebRtcAway(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'RTCPeerConnection');
  });
}

/**
 * The page has loaded, but no socket to the server can be opened: the server is gone by now, or something in between
 * blocks it.
 */
export async function refuseSockets(page: Page, because: 'the server is away' | 'it is blocked'): Promise<void> {
  await page.routeWebSocket(/\/socket\.io\//, (route) => route.close());
  await page.route('**/socket.io/**', (request) => request.abort());
  if (because === 'the server is away') await page.route('**/api/health', (request) => request.abort());
}

/** The device's clock is wrong by `wrongMs`, until {@link setTheClock} sets it. Elapsed times are correct. */
export async function setTheClockWrong(page: Page, wrongMs: number): Promise<void> {
  await page.addInitScript((ms) => {
    const RealDate = Date;
    let wrongBy = ms;
    class WrongDate extends RealDate {
      constructor(...parts: [number] | []) {
        if (parts.length === 0) super(RealDate.now() + wrongBy);
        else super(...parts);
      }
      static override now(): number {
        return RealDate.now() + wrongBy;
      }
    }
    const setTheClock = (to: number) => {
      wrongBy = to;
    };
    Object.assign(globalThis, { Date: WrongDate, setTheClock });
  }, wrongMs);
}

/** Sets the clock of a device that was prepared by {@link setTheClockWrong}, so that it is wrong by `wrongMs`. */
export async function setTheClock(page: Page, wrongMs: number): Promise<void> {
  await page.evaluate((ms) => (window as Window & { setTheClock?: (ms: number) => void }).setTheClock?.(ms), wrongMs);
}

/** No media gets through, from the beginning or from {@link cutTheMedia} on: no connection is ever established. */
export async function hinderTheMedia(page: Page, from: 'the beginning' | 'a cut'): Promise<void> {
  await page.addInitScript((begin) => {
    const made = new Set<RTCPeerConnection>();
    let cut = begin === 'the beginning';
    const original: (description: RTCSessionDescriptionInit) => Promise<void> =
      RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function (...described: [RTCSessionDescriptionInit]) {
      made.add(this);
      return cut ? new Promise(() => undefined) : original.apply(this, described);
    };
    Object.assign(window, {
      cutTheMedia: () => {
        cut = true;
        for (const connection of made) connection.close();
      },
    });
  }, from);
}

/** From now on no media passes to or from a page that was prepared by {@link hinderTheMedia}. */
export async function cutTheMedia(page: Page): Promise<void> {
  await page.evaluate(() => (window as Window & { cutTheMedia?: () => void }).cutTheMedia?.());
}

/** Prepares a page for {@link stopSending}. */
export async function holdTheSenders(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const made = new Set<RTCPeerConnection>();
    const original: (description?: RTCLocalSessionDescriptionInit) => Promise<void> =
      RTCPeerConnection.prototype.setLocalDescription;
    RTCPeerConnection.prototype.setLocalDescription = function (...described: [RTCLocalSessionDescriptionInit?]) {
      made.add(this);
      return original.apply(this, described);
    };
    Object.assign(window, {
      stopSending: () => {
        for (const connection of made) for (const sender of connection.getSenders()) void sender.replaceTrack(null);
      },
    });
  });
}

/** A page that was prepared by {@link holdTheSenders} no longer sends on its connections; they stay open. */
export async function stopSending(page: Page): Promise<void> {
  await page.evaluate(() => (window as Window & { stopSending?: () => void }).stopSending?.());
}

/** Prepares a page for {@link silenceTheMicrophone}. */
export async function holdTheMicrophone(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const held = new Map<RTCRtpSender, MediaStreamTrack>();
    let silent = true;
    const add = RTCPeerConnection.prototype.addTransceiver;
    RTCPeerConnection.prototype.addTransceiver = function (...described: Parameters<typeof add>) {
      const transceiver = add.apply(this, described);
      const { sender } = transceiver;
      if (sender.track?.kind === 'audio') {
        held.set(sender, sender.track);
        if (silent) void sender.replaceTrack(null);
      }
      return transceiver;
    };
    Object.assign(window, {
      silenceTheMicrophone: (now: boolean) => {
        silent = now;
        for (const [sender, track] of held) void sender.replaceTrack(silent ? null : track);
      },
    });
  });
}

/**
 * A page that was prepared by {@link holdTheMicrophone} sends no sound at all, although it was negotiated, or sends it
 * again. A prepared page is silent from the beginning.
 */
export async function silenceTheMicrophone(page: Page, silent: boolean): Promise<void> {
  await page.evaluate(
    (now) => (window as Window & { silenceTheMicrophone?: (silent: boolean) => void }).silenceTheMicrophone?.(now),
    silent,
  );
}

/** A part of the watch page throws while it is rendered, or the frame around every page does. */
export async function breakThePage(page: Page, what: 'the page' | 'its frame'): Promise<void> {
  await page.addInitScript((broken) => {
    const [owner, name] =
      broken === 'the page' ? [Document.prototype, 'pictureInPictureEnabled'] : [window, 'matchMedia'];
    Object.defineProperty(owner, name, {
      get() {
        throw new Error('This page was broken on purpose.');
      },
    });
  }, what);
}
