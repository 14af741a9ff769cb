import { guestSources } from '../pages/guest.ts';
import { testScreen } from './test-screen.ts';
import { testSource } from './test-source.ts';

const blue = testSource.colour;
const [{ colour: light }, { colour: grey }, { colour: dark }] = guestSources;
const backdrop = [18, 21, 28];

/** What is seen in an arrangement of presenter, Ada, Bo and Cy: the colours at some places. */
export type Arrangement = { name: string; looks: readonly (readonly [readonly [number, number], readonly number[]])[] };

/** In all that have a main person, it is Bo. */
export const arrangements: readonly Arrangement[] = [
  {
    name: 'Side by side',
    looks: [
      [[0.13, 0.45], blue],
      [[0.38, 0.45], light],
      [[0.62, 0.45], grey],
      [[0.87, 0.45], dark],
      [[0.5, 0.03], backdrop],
    ],
  },
  {
    name: 'Grid',
    looks: [
      [[0.25, 0.25], blue],
      [[0.75, 0.25], light],
      [[0.25, 0.72], grey],
      [[0.75, 0.72], dark],
    ],
  },
  {
    name: 'One large',
    looks: [
      [[0.2, 0.45], grey],
      [[0.8, 0.45], grey],
    ],
  },
  {
    name: 'Picture in picture',
    looks: [
      [[0.5, 0.45], grey],
      [[0.47, 0.87], blue],
      [[0.68, 0.87], light],
      [[0.89, 0.87], dark],
    ],
  },
  {
    name: 'Main and strip',
    looks: [
      [[0.4, 0.4], grey],
      [[0.89, 0.27], blue],
      [[0.89, 0.49], light],
      [[0.89, 0.7], dark],
    ],
  },
];

/** The presenter's screen is the main picture, without anybody's having chosen that. */
export const screenWithStrip: Arrangement = {
  name: 'the screen, with speakers in a strip',
  looks: [
    [[0.2, 0.4], testScreen.colour],
    [[0.6, 0.4], testScreen.colour],
    [[0.89, 0.27], light],
    [[0.89, 0.49], grey],
    [[0.89, 0.7], dark],
  ],
};
