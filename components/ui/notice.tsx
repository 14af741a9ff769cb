import { clsx } from 'clsx/lite';
import { Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

type NoticeProps = {
  tone: 'danger' | 'warning' | 'neutral';
  title: string;
  children?: ReactNode;
  role?: 'alert' | 'status';
};

const tones = {
  danger: 'border-live/30 bg-live-soft text-live-text',
  warning: 'border-warn-text/25 bg-warn-soft text-warn-text',
  neutral: 'border-line bg-sunken text-ink',
} as const;

/** A highlighted notice: a title, and what to do. */
export function Notice({ tone, title, children, role = 'status' }: NoticeProps) {
  const Icon = tone === 'neutral' ? Info : TriangleAlert;
  return (
    <div role={role} className={clsx('flex gap-3 rounded-xl border p-4', tones[tone])}>
      <Icon className="mt-0.5 size-5 shrink-0" aria-hidden="true" />
      <div className="min-w-0">
        <p className="font-semibold">{title}</p>
        {children && <div className="mt-1 text-ink text-sm">{children}</div>}
      </div>
    </div>
  );
}
