import { useStore } from '../../lib/browser/page/use-store.ts';
import type { PublisherState } from '../../lib/browser/studio/publisher-state.ts';
import type { PublisherHandle } from '../../lib/browser/studio/use-publisher.ts';
import { LazyConversation } from '../conversation/lazy-conversation.tsx';
import { PasscodePanel } from '../keys/passcode-panel.tsx';
import { Card } from '../ui/card.tsx';
import { AudiencePanel } from './audience-panel.tsx';
import { GuestsPanel } from './guests/guests-panel.tsx';
import { HandOver } from './hand-over.tsx';
import { LiveBanner } from './live-banner.tsx';
import { LiveControls } from './live-controls.tsx';
import { PreviewSwitch } from './preview-switch.tsx';
import { RecordingControl } from './recording-control.tsx';
import { SenderPanel } from './sender-panel.tsx';
import { SourceSwitch } from './source-switch.tsx';
import { CameraPreview } from './sources/camera-preview.tsx';
import { MicrophoneMeter } from './sources/microphone-meter.tsx';

type StudioLiveProps = {
  studio: PublisherHandle;
  state: Extract<PublisherState, { phase: 'live' | 'reconnecting' }>;
  presenterKey: string;
};

/** The studio during the show: that it is on, how many watch, and how to end it. */
export function StudioLive({ studio, state, presenterKey }: StudioLiveProps) {
  const { stream, broadcast } = state;
  const { switches, media } = studio;
  const program = useStore(studio.guests.program);
  const hasCamera = media.plan.source !== 'screen' && stream.getVideoTracks().length > 0;
  return (
    <>
      <LiveBanner state={state} switches={switches} sender={studio.sender} />
      <div className="mt-5 grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1.6fr)_minmax(20rem,1fr)]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <CameraPreview
            stream={program ?? stream}
            isProgram={program !== null}
            cameraOn={switches.camera}
            live={state.phase === 'live'}
          />
          <LiveControls
            hasMicrophone={media.microphone !== null}
            hasCamera={hasCamera}
            switches={switches}
            onSwitch={(change) => studio.publisher.switchOn(change)}
            onEnd={studio.stop}
          />
          <SourceSwitch studio={studio} />
          <GuestsPanel
            guests={studio.guests}
            channel={broadcast.channel}
            ready={state.phase === 'live'}
            sound={media.microphone === null ? null : media.plan.sound}
          />
          <MicrophoneMeter stream={media.microphone ?? stream} on={switches.microphone} />
          <SenderPanel watch={studio.sender} />
          <HandOver presenterKey={presenterKey} ticket={() => studio.publisher.ticket} />
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-6">
          <AudiencePanel
            broadcast={broadcast}
            withheldTiers={studio.withheldTiers}
            ready={state.phase === 'live'}
            onRename={(title) => studio.publisher.rename(title)}
          >
            <RecordingControl
              broadcast={broadcast}
              ready={state.phase === 'live'}
              onRecord={(mode) => studio.publisher.setRecording(mode)}
              onMeasure={() => studio.publisher.request('recording:measure', {})}
            />
            <PreviewSwitch studio={studio} />
            <PasscodePanel presenterKey={presenterKey} channel={broadcast.channel} disabled={state.phase !== 'live'} />
          </AudiencePanel>
          <Card className="relative h-[32rem] overflow-hidden has-[[data-off]]:hidden">
            <LazyConversation
              key={broadcast.channel}
              channel={broadcast.channel}
              broadcastId={broadcast.broadcastId}
              signaling={studio.signaling}
              credential={() => studio.publisher.ticket?.resumeToken}
              over={null}
              visible
              onHide={null}
              onAskUp={({ by, name }) => studio.publisher.request('guest:ask', { participant: by, name })}
            />
          </Card>
        </div>
      </div>
    </>
  );
}
