/*
 * The limits of names and passcodes, for forms in which people type them; like show-names.ts, without the validation
 * library.
 */

/** The most characters that the name of a presenter key may have. */
export const maxKeyNameLength = 60;

/** The most channels that a presenter key or a signed link may be limited to. */
export const maxKeyChannels = 50;

/** The number of characters that a passcode may have. */
export const passcodeLength = { min: 4, max: 64 } as const;
