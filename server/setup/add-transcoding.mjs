// `npm run add-transcoding`: installs what the embedded media server transcodes with, or does nothing if it is there.
import './check-node.mjs';

const { ensureTranscoding, reportFailure } = await import('./steps.mjs');

try {
  await ensureTranscoding();
  console.log('Transcoding is installed: restart the server to use it.');
} catch (error) {
  reportFailure(error);
}
