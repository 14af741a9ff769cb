/** The part of a received track that a player uses; it is muted until media arrives. */
export class FakeTrack extends EventTarget {
  readonly kind: string;
  muted: boolean;

  constructor(kind: string, { muted = true } = {}) {
    super();
    this.kind = kind;
    this.muted = muted;
  }

  /** The double behind a track. */
  static of(this: void, track: MediaStreamTrack): FakeTrack {
    return track as unknown as FakeTrack;
  }

  arrives(): void {
    this.muted = false;
    this.dispatchEvent(new Event('unmute'));
  }
}

/** The part of a stream that a player uses. */
export class FakeStream {
  readonly tracks: FakeTrack[];
  active: boolean;

  constructor(tracks: readonly FakeTrack[], { active = true } = {}) {
    this.tracks = [...tracks];
    this.active = active;
  }

  /** The double behind a stream. */
  static of(this: void, stream: MediaStream): FakeStream {
    return stream as unknown as FakeStream;
  }

  /** This object, typed as the stream it replaces. */
  get asStream(): MediaStream {
    return this as unknown as MediaStream;
  }

  getTracks(): FakeTrack[] {
    return [...this.tracks];
  }

  getAudioTracks(): FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'audio');
  }

  getVideoTracks(): FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'video');
  }

  addTrack(track: FakeTrack): void {
    this.tracks.push(track);
  }

  removeTrack(track: FakeTrack): void {
    this.tracks.splice(this.tracks.indexOf(track), 1);
  }
}
