/**
 * The value of `NODE_OPTIONS` that makes every Node.js process write a profile of its CPU time to `folder` when it
 * ends. Node's own `--cpu-prof` is not allowed there, and the media process is started by the server, not by us.
 * Therefore the option itself contains a small program.
 */
export function profilingNodeOptions(folder: string): string {
  const program = `
    import { Session } from 'node:inspector';
    import { mkdirSync, writeFileSync } from 'node:fs';
    const session = new Session();
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: 500 });
    session.post('Profiler.start');
    process.once('exit', () => session.post('Profiler.stop', (error, result) => {
      if (error !== null) return;
      const name = process.argv.some((word) => word.includes('embedded-kurento')) ? 'media' : 'other';
      mkdirSync(${JSON.stringify(folder)}, { recursive: true });
      writeFileSync(${JSON.stringify(`${folder}/`)} + name + '-' + process.pid + '.cpuprofile', JSON.stringify(result.profile));
    }));`;
  return `--import=data:text/javascript,${encodeURIComponent(program)}`;
}
