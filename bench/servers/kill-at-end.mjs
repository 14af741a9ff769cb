// Kills the process groups that its parent names, once the parent has ended, however it ended.
const groups = new Set();
process.on('message', ({ begun, ended }) => {
  if (begun !== undefined) groups.add(begun);
  groups.delete(ended);
});
process.once('disconnect', () => {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has ended on its own.
    }
  }
  process.exit();
});
// An interrupt from the keyboard reaches this process as well, and the groups that it must kill may survive it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
