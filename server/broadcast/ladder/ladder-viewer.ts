import type { PictureChoice, Selection, SentPicture, Sound, Tier } from '../../../lib/tiers.ts';
import type { ViewerLink } from '../media-gateway.ts';
import type { TimedFeedback } from './congestion.ts';
import type { TierDecision } from './tier-decision.ts';

/** One viewer of the ladder. */
export type LadderViewer = {
  /** Another one after the viewer was moved. */
  link: ViewerLink;
  /** Called when the viewer is sent something else, or can choose from something else. */
  readonly changed: (sent: SentPicture) => void;
  /** The last call. */
  announced: SentPicture | null;
  readonly decision: TierDecision;
  choice: PictureChoice;
  /** The largest tier that the viewer's page can show. */
  limit: Tier;
  sent: Selection;
  sound: Sound;
  /** When samples are about that alone, on the ladder's clock. */
  settledAt: number;
  /** Since when the picture is stopped to let a queue drain, until the smaller one flows; `null` if it is not. */
  stoppedAt: number | null;
  /** The last feedback, and when it was. */
  last: TimedFeedback | null;
  isAsked: boolean;
  /** The bitrate up to which the media server pads what is sent, in kbit/s; 0 for no padding. */
  probedKbps: number;
};
