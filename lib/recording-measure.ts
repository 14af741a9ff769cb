/** The figures of a recording that is running or was running. */
export type RecordingMeasure = {
  /** The recorded length so far, in milliseconds, without pauses. */
  recordedMs: number;
  /** Its size on disk, in bytes. */
  sizeBytes: number;
  /** The free space on the disk that holds the recordings, in bytes. */
  freeBytes: number;
  /** How long it can go on at its rate so far, in milliseconds; `null` until that can be estimated. */
  remainingMs: number | null;
};
