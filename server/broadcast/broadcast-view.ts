import type { BroadcastState } from '../../lib/broadcast-state.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import type { BroadcastRecording } from './broadcast-recording.ts';
import type { Outages } from './outages.ts';
import type { ShowFacts } from './show-facts.ts';

/** What a view is made of. */
type ViewParts = {
  id: string;
  channel: string;
  facts: ShowFacts['view'];
  state: BroadcastState;
  viewers: number;
  recording: BroadcastRecording;
  outages: Outages;
};

/** A broadcast as anybody may see it. */
export function describeBroadcast(parts: ViewParts): BroadcastView {
  const { id, channel, state, viewers, recording, outages } = parts;
  const isOver = state.phase === 'ended';
  return {
    broadcastId: id,
    channel,
    ...parts.facts,
    phase: state.phase,
    startedAt: isOver ? state.began : 'since' in state ? state.since : null,
    endedAt: isOver ? state.at : null,
    viewers,
    interruption:
      state.phase === 'interrupted'
        ? { by: state.by, until: state.until, recurring: state.by === 'media-server' && outages.recurring }
        : null,
    recording: recording.phase,
    recordingProblem: recording.problem,
    recordingId: isOver ? recording.lastingId : recording.finishedId,
    endReason: isOver ? state.reason : null,
  };
}
