import type { Page } from 'playwright/test';

/*
 * What keeps a page from its camera, its server or its media, so that what it says then can be looked at. Each holds
 * from the page's next load on.
 */

/** The browser asks for the camera, and nobody answers. */
export async function leaveTheCameraUnanswered(page: Page): Promise<void> {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined);
  });
}

/** The camera is not given: `NotAllowedError` is a refusal, and `NotFoundError` means that there is none. */
export async function refuseTheCamera(page: Page, reason: 'NotAllowedError' | 'NotFoundError'): Promise<void> {
  await page.addInitScript((name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('refused', name));
  }, reason);
}

/** The reasons for which a browser does not give a device, in Chromium's words. */
const refusals = {
  busy: ['NotReadableError', 'Could not start video source'],
  missing: ['NotFoundError', 'Requested device not found'],
  'denied by the system': ['NotAllowedError', 'Permission denied by system'],
} as const;

/**
 * One kind of device cannot be had until {@link freeTheDevices}. As in every browser, a request for both fails because
 * of it. From `a moment` on, it waits for {@link takeTheDevices}.
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

/** Gives the devices back that {@link refuseOneDevice} keeps from `page`. */
export async function freeTheDevices(page: Page): Promise<void> {
  await page.evaluate(() => (window as Window & { freeTheDevices?: () => void }).freeTheDevices?.());
}

/** Another program takes the devices that {@link refuseOneDevice} is about. */
export async function takeTheDevices(page: Page): Promise<void> {
  await page.evaluate(() => (window as Window & { takeTheDevices?: () => void }).takeTheDevices?.());
}

/** The page runs on a phone, which opens no camera while another one is open. */
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

/** The browser knows no WebRTC, as some inside of other applications do not. */
export async function takeWebRtcAway(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'RTCPeerConnection');
  });
}

/**
 * The page has come, and no socket to the server can be opened: it is away by now, or something in between blocks it.
 */
export async function refuseSockets(page: Page, because: 'the server is away' | 'it is blocked'): Promise<void> {
  await page.routeWebSocket(/\/socket\.io\//, (route) => route.close());
  await page.route('**/socket.io/**', (request) => request.abort());
  if (because === 'the server is away') await page.route('**/api/health', (request) => request.abort());
}

/** The device's clock is wrong by `wrongMs`, until {@link setTheClock} sets it. Times that merely pass are right. */
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

/** Somebody sets the clock of a device that was prepared by {@link setTheClockWrong}, so that it is wrong by `wrongMs`. */
export async function setTheClock(page: Page, wrongMs: number): Promise<void> {
  await page.evaluate((ms) => (window as Window & { setTheClock?: (ms: number) => void }).setTheClock?.(ms), wrongMs);
}

/** No media finds a way, from the beginning on or from {@link cutTheMedia} on: a connection never comes to be. */
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

/** From now on no media goes to and from a page that was prepared by {@link hinderTheMedia}. */
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

/** Nothing is sent any more on the connections of a page that was prepared by {@link holdTheSenders}; they stand. */
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
 * No sound at all is sent from a page that was prepared by {@link holdTheMicrophone}, though it was negotiated; so it
 * is from the beginning. Or it is sent again.
 */
export async function silenceTheMicrophone(page: Page, silent: boolean): Promise<void> {
  await page.evaluate(
    (now) => (window as Window & { silenceTheMicrophone?: (silent: boolean) => void }).silenceTheMicrophone?.(now),
    silent,
  );
}

/** Something on the watch page throws while it is shown; or already what is around every page does. */
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
