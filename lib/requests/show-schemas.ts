import { z } from 'zod';
import { channelLength, channelPattern, maxTitleLength } from '../show-names.ts';
import { lineSchema } from './line-schema.ts';

/** A channel's name as it appears in the address: 3 to 40 lower-case letters, digits and hyphens. */
export const channelSchema = z
  .string()
  .min(channelLength.min, `A channel name has at least ${channelLength.min} characters.`)
  .max(channelLength.max, `A channel name has at most ${channelLength.max} characters.`)
  .regex(channelPattern, 'A channel name has lower-case letters, digits and single hyphens between them.');

/** A show's title: 1 to 80 characters, without white space at its ends and without what does not show. */
export const titleSchema = lineSchema({
  max: maxTitleLength,
  maxTyped: 1_000,
  empty: 'Please give the broadcast a title.',
  tooLong: `A title has at most ${maxTitleLength} characters.`,
});

/** The planned start of a show, in milliseconds since the epoch. The server decides how far ahead it may be. */
export const startsAtSchema = z.number().int().min(0).max(8.64e15);
