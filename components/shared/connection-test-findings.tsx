import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { type Finding, type Verdict, worstOf } from '../../lib/browser/connection-test/connection-findings.ts';

const symbols = { good: CircleCheck, fair: TriangleAlert, bad: CircleAlert } as const;
const colours: Record<Verdict, string> = { good: 'text-accent-text', fair: 'text-warn-text', bad: 'text-live-text' };

/** The findings of a connection test in words, and what to do about them. */
export function ConnectionTestFindings({ findings }: { findings: readonly Finding[] }) {
  const t = useTranslations('line');
  return (
    <div>
      <p role="status" className="font-semibold">
        {t(`summary.${worstOf(findings)}`)}
      </p>
      <dl className="mt-3 grid gap-3">
        {findings.map((finding) => {
          const Mark = symbols[finding.verdict];
          return (
            <div key={finding.about} className="relative pl-8">
              <dt className="font-medium">
                <Mark aria-hidden="true" className={`absolute top-0.5 left-0 size-5 ${colours[finding.verdict]}`} />
                {t(`about.${finding.about}`)} <span className="sr-only">– {t(`verdict.${finding.verdict}`)}</span>
              </dt>
              <dd className="text-[0.9375rem] text-ink-soft">{sentenceFor(finding, t)}</dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

type Translate = ReturnType<typeof useTranslations<'line'>>;

function sentenceFor(finding: Finding, t: Translate): string {
  switch (finding.about) {
    case 'camera': {
      const { width, height, framesPerSecond } = finding;
      return t(`camera.${finding.verdict}`, { width, height, fps: framesPerSecond });
    }
    case 'microphone':
      return t(finding.verdict === 'good' ? 'microphone.good' : 'microphone.bad');
    case 'path':
      return [t(`path.${finding.path}`), finding.limit === null ? '' : t(`limit.${finding.limit}`)].join(' ').trim();
    case 'relay':
      return t(`relay.${finding.trouble}`);
    case 'upload':
    case 'download':
      return t(`${finding.about}.${finding.verdict}`, { mbps: finding.mbps, lost: finding.lost });
    case 'delay':
      return t(`delay.${finding.verdict}`, { ms: finding.ms });
  }
}
