// Kills the groups of processes that its parent names, once the parent is gone, however it ended.
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
      // It has ended by itself.
    }
  }
  process.exit();
});
// An interrupt from the keyboard reaches this process as well, and what it is to kill may outlive it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
