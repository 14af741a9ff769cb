import type { Page } from 'playwright/test';
import type { Locale } from '../../lib/i18n/locales.ts';
import type { Presenter } from '../pages/presenter.ts';
import type { Viewer } from '../pages/viewer.ts';
import type { RostrumServer } from '../servers/rostrum-server.ts';

/** The show of the walk. Its names are not translated. */
export const show = { channel: 'open-day', title: 'Open day at the observatory' } as const;

/** Another show, which stays announced. Its names are not translated either. */
export const later = { channel: 'star-party', title: 'Star party on the hill' } as const;

/** A show of which no viewer ever sees anything. */
export const lostShow = { channel: 'no-way-through', title: 'no-way-through' } as const;

/** An announced show for invited viewers. */
export const privateShow = {
  channel: 'staff-room',
  title: 'Marks of the term',
  presenter: 'Ada Bell',
  passcode: 'seven blue chairs',
} as const;

/** The people of the walk: the fixtures with the same names. */
export type Walkers = {
  presenter: Presenter;
  openViewer: () => Promise<Viewer>;
  openPage: () => Promise<Page>;
  server: RostrumServer;
};

/**
 * Examines a page in the state named `place`. The page is in English and of desktop size, and is left like that. With
 * `only`, the state exists in that language only.
 */
export type LookAt = (page: Page, place: string, only?: Locale) => Promise<void>;

/** Visits pages and states and calls `lookAt` for each. */
export type Walk = (people: Walkers, lookAt: LookAt) => Promise<void>;
