/* First import of the scripts: npm's own `node` (a devDependency) must be the one that runs, see README. */
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `Node ${process.versions.node} runs this, but 24 is needed. Run "npm rebuild node", then start through "npm run".\n`,
  );
  process.exit(1);
}
