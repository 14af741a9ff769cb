'use client';

import { ErrorScreen } from '../components/error-screen.tsx';

export default function ErrorPage({ reset }: { reset: () => void }) {
  return <ErrorScreen onTryAgain={reset} />;
}
