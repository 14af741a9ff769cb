import type { Locale } from './locales.ts';
import type common from './messages/en/common.json';
import type conversation from './messages/en/conversation.json';
import type errors from './messages/en/errors.json';
import type guests from './messages/en/guests.json';
import type library from './messages/en/library.json';
import type line from './messages/en/line.json';
import type studio from './messages/en/studio.json';
import type watch from './messages/en/watch.json';

/**
 * Every text of the interface, by part of the application. English is the original against which the others are
 * checked.
 */
export type Messages = {
  /** Parts of every page: the head, the language, the theme. */
  common: typeof common;
  /** Chat, reactions, questions and polls. */
  conversation: typeof conversation;
  /** Failures, by error code. */
  errors: typeof errors;
  /** People who take part in a show beside its presenter. */
  guests: typeof guests;
  /** The shows on air, and the recordings. */
  library: typeof library;
  /** The connection test to the media server. */
  line: typeof line;
  studio: typeof studio;
  watch: typeof watch;
};

/** The texts in one language. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  const [common, conversation, errors, guests, library, line, studio, watch] = await Promise.all([
    import(`./messages/${locale}/common.json`),
    import(`./messages/${locale}/conversation.json`),
    import(`./messages/${locale}/errors.json`),
    import(`./messages/${locale}/guests.json`),
    import(`./messages/${locale}/library.json`),
    import(`./messages/${locale}/line.json`),
    import(`./messages/${locale}/studio.json`),
    import(`./messages/${locale}/watch.json`),
  ]);
  return {
    common: common.default,
    conversation: conversation.default,
    errors: errors.default,
    guests: guests.default,
    library: library.default,
    line: line.default,
    studio: studio.default,
    watch: watch.default,
  };
}
