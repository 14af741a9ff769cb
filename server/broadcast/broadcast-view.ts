import type { BroadcastState } from '../../lib/broadcast-state.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import type { BroadcastRecording } from './broadcast-recording.ts';
import type { Outages } from './outages.ts';

/** What a view is made of. */
type BroadcastFacts = {
  id: string;
  channel: string;
  title: string;
  state: BroadcastState;
  viewers: number;
  recording: BroadcastRecording;
  outages: Outages;
};

/** A broadcast as anybody may see it. */
export function describeBroadcast(facts: BroadcastFacts): BroadcastView {
  const { id, channel, title, state, viewers, recording, outages } = facts;
  const isOver = state.phase === 'ended';
  return {
    broadcastId: id,
    channel,
    title,
    phase: state.phase,
    startedAt: 'since' in state ? state.since : null,
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
