// The allowed imports. `npm run check` checks every file against these tables; CONTRIBUTING.md summarises them.

/**
 * The layers, and the other layers that each may import. A file belongs to the layer with the longest name that its
 * path begins with. So a layer includes its subfolders that are not layers themselves; a single file may be a layer.
 */
export const layers = readTable(`
  app                       → lib components/{embed,guest,keys,lobby,pool,recordings,site,studio,ui,watch}
  components/ui             → lib lib/browser/page
  components/site           → lib components/ui
  components/shared         → lib lib/browser/{connection-test,page,recordings,signaling,watch} components/ui
  components/keys           → lib lib/browser/{page,signaling,studio} components/{shared,ui}
  components/pool           → lib lib/browser/{page,studio} components/{keys,shared,ui}
  components/lobby          → lib lib/browser/{lobby,page,signaling,watch} components/{shared,ui}
  components/watch          → lib lib/browser/{page,player,recordings,rtc,signaling,watch} components/{conversation,shared,ui}
  components/embed          → lib lib/browser/{page,player,signaling,watch} components/{shared,ui,watch}
  components/conversation   → lib lib/browser/{conversation,page,signaling} components/{shared,ui}
  components/recordings     → lib lib/browser/{page,player,recordings,studio} components/{conversation,shared,ui}
  components/studio         → lib lib/browser/{capture,guests,lobby,page,recordings,rtc,signaling,studio,watch}
  components/studio         → components/{conversation,keys,shared,studio/sources,ui}
  components/guest          → lib lib/browser/{capture,guests,page,signaling} components/{shared,studio/sources,ui}
  components/studio/sources → lib lib/browser/{capture,page,rtc,studio} components/{shared,ui}

  lib                         →
  lib/browser/page            → lib
  lib/browser/signaling       → lib lib/browser/page
  lib/browser/conversation    → lib lib/browser/{page,signaling}
  lib/browser/rtc             → lib lib/browser/{page,signaling}
  lib/browser/capture         → lib lib/browser/{page,rtc}
  lib/browser/lobby           → lib lib/browser/{page,signaling}
  lib/browser/watch           → lib lib/browser/{page,rtc,signaling}
  lib/browser/player          → lib lib/browser/{page,watch}
  lib/browser/guests          → lib lib/browser/{capture,page,rtc,signaling}
  lib/browser/studio          → lib lib/browser/{capture,guests,page,rtc,signaling}
  lib/browser/connection-test → lib lib/browser/{capture,page,rtc,signaling}
  lib/browser/recordings      → lib lib/browser/{page,player}

  server                    → lib server/platform
  server/application.ts     → lib server
  server/application.ts     → server/{access,broadcast,cluster,conversation,gates,http,kurento,platform,recordings,signaling,storage,tls}
  server/application.ts     → server/embedded-kurento/supervised-media-server.ts
  server/main.ts            → lib server server/application.ts server/platform
  server/keys.ts            → lib server server/{access,cluster}
  server/cluster-migrate.ts → lib server server/{access,cluster,storage}
  server/media-server.ts    → lib server server/{cluster,embedded-kurento,platform} server/embedded-kurento/supervised-media-server.ts
  server/supervisor.ts      → server server/platform
  server/doctor             → lib server server/{broadcast,cluster,kurento,platform,recordings} server/embedded-kurento/supervised-media-server.ts
  server/broadcast          → lib server server/broadcast/media-gateway.ts
  server/kurento            → lib server server/broadcast/media-gateway.ts server/storage
  server/access             → lib server server/{gates,platform,storage}
  server/gates              → lib server
  server/conversation       → lib server server/{broadcast,platform}
  server/signaling          → lib server server/{access,broadcast,cluster,conversation,gates}
  server/cluster            → lib server server/{access,broadcast,conversation,gates}
  server/http               → lib server server/{access,broadcast,gates,platform,signaling,storage,tls}
  server/tls                → lib server server/{platform,storage}
  server/storage            → lib server server/{broadcast,platform}
  server/recordings         → lib server server/{access,broadcast,codecs,media-files,platform,storage}
  server/codecs             → server/{media-files,platform}
  server/media-files        → server/{codecs,platform}
  server/platform           → server/{codecs,media-files}
  server/embedded-kurento   → server/{codecs,media-files,platform}
  server/embedded-kurento/supervised-media-server.ts → server/embedded-kurento server/platform
  server/broadcast/media-gateway.ts                  → lib
  server/setup              →

  bench                     → lib lib/browser/guests e2e server
  e2e                       → lib lib/browser/page bench
`);

/** Further folders that the tests of a folder may import. The longest name that matches counts. */
export const foldersOfTests = readTable(`
  components                                → components lib
  lib                                       → lib
  server                                    → lib server
  server/broadcast                          → server/{platform,recordings,signaling,storage}
  server/conversation                       → server
  server/{codecs,media-files,platform}      →
  server/embedded-kurento                   → server/embedded-kurento server/testing
  server/cluster                            → server server/application.ts
  server/setup                              → server
  bench                                     → server
  e2e                                       → server/{http,testing,tls} server/{cluster,ice,media-files,recordings/s3,tls}/testing
`);

/** Packages that only some folders may import, except tests. Code for browsers or for both sides never imports Node. */
export const foldersOfPackages = readTable(`
  kurento-client                → server/kurento
  node-datachannel              → server/embedded-kurento/media/transport bench
  socket.io                     → server/signaling bench
  redis                         → server/cluster
  acme-client                   → server/tls
  @peculiar/x509                → server/tls
  werift-ice                    → server/doctor
  client-zip                    → server/recordings/zip
  @aws-sdk/client-s3            → server/recordings/s3
  @aws-sdk/s3-request-presigner → server/recordings/s3
  node:*                        → server bench e2e
`);

/** The maximum number of lines of a file, and of files in a folder. Tests are not counted. */
export const limits = { lines: 300, filesOfFolder: 25 };

/** @returns {Map<string, string[]>} the names left of each arrow, each with all the names right of it */
function readTable(text) {
  const table = new Map();
  for (const line of text.trim().split(/\n\s*/)) {
    const [names, allowed] = line.split('→').map((side) => side.trim().split(/\s+/).filter(Boolean).flatMap(spread));
    for (const name of names) table.set(name, [...(table.get(name) ?? []), ...allowed]);
  }
  return table;
}

/** `a/{b,c}` stands for `a/b` and `a/c`. */
function spread(word) {
  const [, before, choices, after] = /^(.*)\{(.*)\}(.*)$/.exec(word) ?? [];
  return choices === undefined ? [word] : choices.split(',').map((choice) => `${before}${choice}${after}`);
}
