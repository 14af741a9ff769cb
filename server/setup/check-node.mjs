// Stops with one sentence if Node is too old. It uses no syntax that an old Node cannot parse.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 9)) {
  console.error(`Rostrum needs Node 20.9 or newer, but this is ${process.versions.node}: please install a newer one.`);
  process.exit(1);
}
