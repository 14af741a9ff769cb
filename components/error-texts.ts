import type { ErrorCode } from '../lib/errors.ts';

/** What went wrong, and what a person can do about it. */
export type ErrorText = { title: string; remedy: string };

/** One text for every failure that a person can meet; the compiler sees to it that none is missing. */
export const errorTexts: Record<ErrorCode, ErrorText> = {
  'bad-request': {
    title: 'The server did not accept this',
    remedy: 'Check what you entered. If it looks right, reload the page: it may be older than the server.',
  },
  'wrong-key': {
    title: 'This presenter key is not right',
    remedy: 'Open the “Go live” link that the server printed when it started, or ask whoever runs the server for it.',
  },
  'channel-taken': {
    title: 'Somebody is already live on this channel',
    remedy: 'Choose another channel name, or wait until that broadcast has ended.',
  },
  'not-live': {
    title: 'Nothing is on air here right now',
    remedy: 'You can leave this page open: the broadcast starts here by itself.',
  },
  'resume-refused': {
    title: 'This broadcast cannot be resumed from here',
    remedy: 'It has ended, or another one has begun on its channel. Prepare another broadcast to go live again.',
  },
  'taken-over': {
    title: 'This broadcast is now presented from another place',
    remedy: 'Somebody resumed it in another window or on another device. You can take it back.',
  },
  'already-joined': {
    title: 'This page is already connected',
    remedy: 'Reload the page to begin anew.',
  },
  'not-joined': {
    title: 'The server has lost track of this page',
    remedy: 'Reload the page to connect again.',
  },
  'bad-offer': {
    title: 'Your browser and the server did not understand each other',
    remedy: 'Update your browser, or try Chrome, Edge, Firefox or Safari in their current version.',
  },
  'no-common-codec': {
    title: 'Your browser lacks a video format that is needed',
    remedy: 'Update your browser, or try Chrome, Edge, Firefox or Safari in their current version.',
  },
  'media-never-arrived': {
    title: 'Sound and picture did not get through',
    remedy: 'A firewall or VPN probably blocks them. Try another network, for example a phone’s, and tell your host.',
  },
  'media-server-unavailable': {
    title: 'The media server cannot be reached',
    remedy: 'It may be restarting. Try again in a minute; if it stays away, tell whoever runs the server.',
  },
  'media-failed': {
    title: 'The media server stopped this broadcast',
    remedy: 'Try again. If it happens repeatedly, tell whoever runs the server.',
  },
  'recording-failed': {
    title: 'This could not be recorded',
    remedy: 'The disk may be full or not writable. The broadcast itself goes on; tell whoever runs the server.',
  },
  'recording-not-found': {
    title: 'This recording does not exist',
    remedy: 'It may have been deleted. Look for it in the list of recordings.',
  },
  'recording-in-use': {
    title: 'This recording is still being written',
    remedy: 'Wait until the broadcast has ended and the file is finished, then try again.',
  },
  'shutting-down': {
    title: 'The server is about to restart',
    remedy: 'Try again in a minute.',
  },
  'connection-lost': {
    title: 'The connection to the server is lost',
    remedy: 'Check your network connection. This page reconnects by itself as soon as it can.',
  },
  'camera-blocked': {
    title: 'The camera and microphone are blocked',
    remedy: 'Select the camera or lock symbol in the address bar, allow camera and microphone, then try again.',
  },
  'camera-missing': {
    title: 'No camera or microphone was found',
    remedy: 'Connect one, check that it is switched on, then try again.',
  },
  'camera-busy': {
    title: 'The camera or microphone cannot be used',
    remedy: 'Another program is probably using it. Close video calls and other tabs, then try again.',
  },
  'insecure-page': {
    title: 'This page is not secure enough for a camera',
    remedy: 'Browsers open cameras on https pages and on localhost only. Use the https address of this server.',
  },
  'unsupported-browser': {
    title: 'This browser cannot do live video',
    remedy: 'Use a current version of Chrome, Edge, Firefox or Safari. Browsers inside other apps often cannot.',
  },
  internal: {
    title: 'Something went wrong',
    remedy: 'Try again. If it happens repeatedly, tell whoever runs the server.',
  },
};
