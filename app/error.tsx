'use client';

import { ErrorScreen } from '../components/site/error-screen.tsx';

export default function ErrorPage({ reset }: { reset: () => void }) {
  return <ErrorScreen onTryAgain={reset} />;
}
