'use client';

import './globals.css';

/** Shown when even the frame around the pages failed to render. In English, as the catalogues may be what broke. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <title>This page ran into a problem</title>
        <main className="mx-auto max-w-xl px-4 py-20 text-center">
          <h1 className="font-semibold text-2xl">This page ran into a problem</h1>
          <p className="mt-2 text-ink-soft">Broadcasts and recordings on the server go on without it.</p>
          <a className="mt-6 inline-flex min-h-11 items-center font-semibold text-accent-text" href="/">
            Load it again
          </a>
        </main>
      </body>
    </html>
  );
}
