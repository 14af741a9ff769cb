import type { BroadcastPhase } from '../../lib/broadcast-state.ts';
import type { BroadcastView } from '../../lib/signaling.ts';

/** A broadcast as the benchmark's own servers describe it; they have no other data about it. */
export function benchBroadcast(show: { channel: string; title: string; phase: BroadcastPhase }): BroadcastView {
  const recording = { recording: 'off', recordingProblem: null, recordingId: null } as const;
  const facts = { endedAt: null, narrowViewers: 0, peakViewers: 0, cameraOn: true, picture: 'flowing' } as const;
  const presenter = { presenterHealth: 'unknown', uplinkMs: null } as const;
  const nothing = { viewers: 0, interruption: null, endReason: null };
  return { ...show, ...recording, ...facts, ...presenter, ...nothing, broadcastId: 'bench', startedAt: Date.now() };
}
