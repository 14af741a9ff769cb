import type { Page } from 'playwright/test';
import type { Locale } from '../lib/i18n/locales.ts';
import type { Presenter } from './presenter.ts';
import type { RostrumServer } from './rostrum-server.ts';
import type { Viewer } from './viewer.ts';

/** The show of the walk. Its names are not translated. */
export const show = { channel: 'open-day', title: 'Open day at the observatory' } as const;

/** What is announced besides, and stays so. Its names are not translated either. */
export const later = { channel: 'star-party', title: 'Star party on the hill' } as const;

/** A show of which nobody gets to see anything. */
export const lostShow = { channel: 'no-way-through', title: 'no-way-through' } as const;

/** The people of the walk; the fixtures of the same names. */
export type Walkers = {
  presenter: Presenter;
  openViewer: () => Promise<Viewer>;
  openPage: () => Promise<Page>;
  server: RostrumServer;
};

/**
 * Looks at a page in a state that has a name, in English and at a desktop's size, and leaves it as it was; in one
 * language only where there is no other.
 */
export type LookAt = (page: Page, place: string, only?: Locale) => Promise<void>;

/** Visits pages and states and calls `lookAt` for each. */
export type Walk = (people: Walkers, lookAt: LookAt) => Promise<void>;
