'use client';

import { Mic, MicOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { startLevelMeter } from '../../../lib/browser/capture/level-meter.ts';

// One object for all renders, so that no render resets the bar.
const silent = { transform: 'scaleX(0)' };

/** Shows that the microphone picks up sound. The bar moves without a render for each step. */
export function MicrophoneMeter({ stream, on }: { stream: MediaStream; on: boolean }) {
  const t = useTranslations('studio.sources.meter');
  const bar = useRef<HTMLDivElement>(null);
  const [heard, setHeard] = useState(false);
  const hasMicrophone = stream.getAudioTracks().length > 0;
  useEffect(() => {
    setHeard(false);
    const meter = startLevelMeter(stream, (level) => {
      if (bar.current !== null) bar.current.style.transform = `scaleX(${level})`;
      if (level > 0.3) setHeard(true);
    });
    return () => meter.close();
  }, [stream]);

  const Icon = on && hasMicrophone ? Mic : MicOff;
  return (
    <div className="flex items-center gap-3">
      <Icon className="size-5 shrink-0 text-ink-soft" aria-hidden="true" />
      <div className="h-2.5 flex-1 overflow-hidden rounded-full bg-line" aria-hidden="true">
        <div
          ref={bar}
          data-testid="microphone-level"
          style={silent}
          className="size-full origin-left rounded-full bg-accent transition-transform duration-100"
        />
      </div>
      <p role="status" className="w-36 shrink-0 text-ink-soft text-sm">
        {t(wordFor(hasMicrophone, on, heard))}
      </p>
    </div>
  );
}

function wordFor(hasMicrophone: boolean, on: boolean, heard: boolean): 'none' | 'muted' | 'heard' | 'quiet' {
  if (!hasMicrophone) return 'none';
  if (!on) return 'muted';
  return heard ? 'heard' : 'quiet';
}
