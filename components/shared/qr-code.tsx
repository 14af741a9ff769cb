import { encode } from 'uqr';
import { qrPath } from '../../lib/browser/page/svg-path.ts';

type QrCodeProps = {
  text: string;
  /** A description for screen readers. */
  label: string;
  className?: string;
};

/** A QR code: dark on white in every theme, with the margin that readers need (ISO/IEC 18004: four modules). */
export function QrCode({ text, label, className }: QrCodeProps) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className={className}
    >
      <path d={`M0 0h${size}v${size}H0z`} fill="#fff" />
      <path d={qrPath(data)} fill="#000" />
    </svg>
  );
}
