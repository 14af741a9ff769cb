import type { S3Settings } from '../../../s3-settings.ts';
import { RecordingLibrary } from '../../recording-library.ts';
import { captureLogs } from '../../testing/recording-rig.ts';

/* For tests: a process with a library and its store, to be killed. Its arguments are a folder and settings as JSON. */

const [folder = '', text = ''] = process.argv.slice(2);
const settings = JSON.parse(text) as S3Settings;
const pauses = { firstMs: 20, longestMs: 100 };
await RecordingLibrary.open({ folder, store: { settings, pauses }, logger: captureLogs().logger });
process.on('disconnect', () => process.exit());
process.send?.('opened');
