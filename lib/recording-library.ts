/*
 * What pages and the server agree on about the library of recordings, apart from the recordings themselves. It is in a
 * file of its own so that pages need not load the validation library.
 */

/**
 * Who finds a recording: everybody who may watch its channel (`public`), anyone with its link (`unlisted`), or only
 * people with a key for its channel (`private`).
 */
export const recordingVisibilities = ['public', 'unlisted', 'private'] as const;

/** One of {@link recordingVisibilities}. */
export type RecordingVisibility = (typeof recordingVisibilities)[number];

/** The orders in which the list can be shown; the first one is the usual one. */
export const recordingSorts = ['newest', 'oldest', 'longest', 'largest', 'title'] as const;

/** One of {@link recordingSorts}. */
export type RecordingSort = (typeof recordingSorts)[number];

/** How many recordings a page of the list has at most, and how many it has without a wish. */
export const pageLength = { max: 200, usual: 48 } as const;

/** The most recordings that one request may change or pack. */
export const maxRecordingsOfRequest = 500;

/** The most characters of a search that are looked at. */
export const maxSearchLength = 200;

/** How long a share link can be valid, in hours; the first one is the usual one. */
export const shareHours = [24, 168, 720] as const;
